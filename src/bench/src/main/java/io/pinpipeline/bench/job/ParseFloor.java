package io.pinpipeline.bench.job;

import io.pinpipeline.bench.job.Splits.Split;
import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.Lines;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.json.JsonScanner;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A floor: reads the input, finds its lines and goes over their JSON, and keeps nothing. */
public final class ParseFloor implements Job {

  private final LongAdder valid = new LongAdder();

  @Override
  public void run(Path input, Path output) throws Exception {
    List<Split> splits = Splits.of(input);
    Splits.onAllCores(
        splits.size(),
        () -> {
          JsonScanner json = new JsonScanner();
          return i -> {
            try (BlockReader blocks = splits.get(i).open()) {
              for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
                valid.add(scan(json, block));
              }
            }
          };
        });
    if (valid.sum() == 0) {
      throw new IllegalStateException("no record of " + input + " is JSON");
    }
  }

  private static int scan(JsonScanner json, RawBlock block) {
    int records = 0;
    int from = block.from();
    while (from < block.to()) {
      json.reset(block.bytes(), from, block.to());
      boolean good = json.peek() >= 0 && json.skip() && json.expectEnd();
      if (good) {
        records++;
      }
      from = Lines.end(block.bytes(), json.position(), block.to()) + 1;
    }
    return records;
  }
}
