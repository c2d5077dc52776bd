package io.pinpipeline.gateway.wire;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.table.Values;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Cleans the records of a request as the pipeline will, to learn which it would reject, and the
 * keys of the others. It is thread-safe.
 */
public final class RecordChecker {

  private final Dataset<?> dataset;
  private final int keyColumn;
  private final ThreadLocal<Cleaner> cleaners;

  /** A checker of records of that dataset. */
  public RecordChecker(Dataset<?> dataset) {
    this.dataset = dataset;
    keyColumn = dataset.schema().indexOf(dataset.key());
    cleaners = ThreadLocal.withInitial(() -> dataset.cleaner(Clock.systemUTC()));
  }

  /**
   * What was found.
   *
   * @param records the records; those that can be cleaned and had no message key have the post's
   *     key for one, so that all copies of a post go to one partition
   * @param rejections those that cannot be cleaned
   */
  public record Checked(List<PostedRecord> records, List<Rejection> rejections) {}

  /** Cleans the records of a request. */
  public Checked check(List<PostedRecord> records) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    Map<Long, Integer> begins = new HashMap<>();
    for (int i = 0; i < records.size(); i++) {
      begins.put((long) lines.size(), i);
      lines.writeBytes(records.get(i).value());
      lines.write('\n');
    }
    RawBlock raw = new RawBlock();
    raw.setLines(dataset.name(), lines.toByteArray(), 0, lines.size(), 0);
    Cleaner cleaner = cleaners.get();
    cleaner.begin(Repeats.NONE);
    CleanBlock clean = cleaner.clean(raw);

    List<PostedRecord> keyed = new ArrayList<>(records);
    for (int row = 0; row < clean.rows().rows(); row++) {
      PostedRecord post = records.get(clean.ordinal(row));
      if (post.key() == null) {
        long key = new Values(clean.rows(), row).longAt(keyColumn);
        keyed.set(
            clean.ordinal(row),
            new PostedRecord(
                post.value(),
                Long.toString(key).getBytes(StandardCharsets.US_ASCII),
                post.partition()));
      }
    }
    List<Rejection> rejections = new ArrayList<>();
    for (int row = 0; row < clean.deadLetters().rows(); row++) {
      DeadLetter letter = DeadLetter.read(clean.deadLetters(), row);
      rejections.add(
          new Rejection(
              Objects.requireNonNull(begins.get(letter.offset())),
              letter.code().name(),
              letter.field(),
              letter.message()));
    }
    return new Checked(keyed, rejections);
  }
}
