package io.pinpipeline.bench.job;

import io.pinpipeline.bench.job.Splits.Split;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * A floor: writes as many clean rows as the input has records to Parquet. The rows are cleaned
 * before, and no more are held than fit; those are written again and again.
 */
public final class ParquetFloor implements Job {

  private static final int BLOCKS_HELD = 48;

  /** Columns that tell where a row came from are not held: they cost next to nothing to write. */
  private record Held(Dataset<?> dataset, TableSchema schema, List<ColumnBlock> blocks) {}

  private final List<Held> held = new ArrayList<>();
  private List<Split> splits = List.of();
  private int[] blocksOf = new int[0];

  @Override
  public void prepare(Path input) throws IOException {
    splits = Splits.of(input);
    blocksOf = new int[splits.size()];
    for (Dataset<?> dataset : Datasets.all()) {
      TableSchema own = dataset.plan().ownColumns();
      held.add(new Held(dataset, own, new ArrayList<>()));
    }
    for (int i = 0; i < blocksOf.length; i++) {
      Split split = splits.get(i);
      List<ColumnBlock> blocks = held(split).blocks();
      try (CleanBatch.Reader reader =
          new CleanBatch(split).open(split.of().cleaner(Clock.systemUTC()))) {
        for (CleanBlock block = reader.next(); block != null; block = reader.next()) {
          blocksOf[i]++;
          if (blocks.size() < BLOCKS_HELD) {
            blocks.add(copy(block.rows(), held(split).schema()));
          }
        }
      }
    }
  }

  private Held held(Split split) {
    return held.stream().filter(of -> of.dataset().equals(split.of())).findFirst().orElseThrow();
  }

  private static ColumnBlock copy(ColumnBlock rows, TableSchema own) {
    ColumnBlock copy = ColumnBlock.create(own);
    for (int row = 0; row < rows.rows(); row++) {
      copy.appendRow(rows, row);
    }
    return copy;
  }

  @Override
  public void run(Path input, Path output) throws Exception {
    try (Storage storage = new LocalStorage()) {
      Splits.onAllCores(splits.size(), () -> i -> write(i, storage, output));
    }
  }

  private void write(int i, Storage storage, Path output) throws IOException {
    Held of = held(splits.get(i));
    Location table = Location.ofPath(output.resolve(of.dataset().name()));
    try (RollingDataFileWriter writer =
        new RollingDataFileWriter(
            storage,
            table,
            of.schema(),
            ParquetSettings.DEFAULT,
            "bench",
            RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      for (int block = 0; block < blocksOf[i]; block++) {
        writer.append(of.blocks().get(block % of.blocks().size()));
      }
      writer.finish();
    }
  }
}
