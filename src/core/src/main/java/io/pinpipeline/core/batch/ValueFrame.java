package io.pinpipeline.core.batch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a record's value stands in an object of values, which takes what lines cannot hold: its
 * offset in the topic's partition and its length in bytes, both decimal and parted by a space, a
 * line feed, the bytes as they came, and a line feed. In place of its length a record without a
 * value has the word {@value #TOMBSTONE}.
 *
 * @param offset in the topic's partition
 * @param length in bytes; 0 where there is no value
 */
public record ValueFrame(long offset, long length) {

  private static final String TOMBSTONE = "tombstone";

  /** Appends a record's value; null where it has none. */
  public static void append(OutputStream out, long offset, byte @Nullable [] value)
      throws IOException {
    String length = value == null ? TOMBSTONE : Integer.toString(value.length);
    out.write((offset + " " + length + "\n").getBytes(StandardCharsets.US_ASCII));
    if (value != null) {
      out.write(value);
    }
    out.write('\n');
  }

  /** Reads what stands before a value; null where it is not that. */
  static @Nullable ValueFrame parse(String line) {
    int space = line.indexOf(' ');
    try {
      String length = line.substring(space + 1);
      long bytes = length.equals(TOMBSTONE) ? 0 : Long.parseLong(length);
      return space < 0 || bytes < 0
          ? null
          : new ValueFrame(Long.parseLong(line.substring(0, space)), bytes);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
