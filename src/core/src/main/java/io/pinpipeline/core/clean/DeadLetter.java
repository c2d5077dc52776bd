package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.Values;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be cleaned.
 *
 * @param dataset the dataset it was meant for
 * @param code why it could not be cleaned
 * @param field the field at fault, where one is
 * @param message what was wrong and how to mend it
 * @param raw the original bytes; of a record that was too large the beginning
 * @param attempt how many times it was tried, this time included
 * @param rejectedAt when it was rejected
 * @param run the run, or the stream, that rejected it; null where none did, or it is not yet
 *     written
 * @param origin the object or topic it came from
 * @param partition the topic's partition; null for objects
 * @param offset the offset in the partition, or of the first byte in the decompressed object
 */
public record DeadLetter(
    String dataset,
    RejectionCode code,
    @Nullable String field,
    String message,
    ByteBuffer raw,
    int attempt,
    Instant rejectedAt,
    @Nullable String run,
    @Nullable String origin,
    @Nullable Integer partition,
    long offset) {

  /** The original bytes as text; what is no UTF-8 is shown as replacement characters. */
  public String rawText() {
    return StandardCharsets.UTF_8.decode(raw.duplicate()).toString();
  }

  /** A row of the {@link DeadLetterTable} as a record. */
  public static DeadLetter read(ColumnBlock rows, int row) {
    Values values = new Values(rows, row);
    return new DeadLetter(
        String.valueOf(values.get(0)),
        RejectionCode.valueOf(String.valueOf(values.get(1))),
        values.stringAt(2),
        String.valueOf(values.get(3)),
        ByteBuffer.wrap(values.bytesAt(4)).asReadOnlyBuffer(),
        Objects.requireNonNullElse(values.intAt(5), 1),
        Objects.requireNonNullElse(values.instantAt(6), Instant.EPOCH),
        values.stringAt(7),
        values.stringAt(8),
        values.intAt(9),
        values.longAt(10));
  }
}
