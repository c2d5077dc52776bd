package io.pinpipeline.core.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Lines of bytes. */
public final class Lines {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LINE_FEEDS = '\n' * ONES;

  private Lines() {}

  /** The index of the first line feed from {@code from} on, or {@code to}. */
  public static int end(byte[] bytes, int from, int to) {
    int p = from;
    for (; p + Long.BYTES <= to; p += Long.BYTES) {
      long word = (long) LONG.get(bytes, p) ^ LINE_FEEDS;
      long found = (word - ONES) & ~word & HIGHS;
      if (found != 0) {
        return p + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (p < to && bytes[p] != '\n') {
      p++;
    }
    return p;
  }

  /** The index behind the line feeds that values of some producers begin with. */
  public static int contentBegin(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to && bytes[p] == '\n') {
      p++;
    }
    return p;
  }

  /** The index of the first of the line feeds that values of some producers end with. */
  public static int contentEnd(byte[] bytes, int from, int to) {
    int p = to;
    while (from < p && bytes[p - 1] == '\n') {
      p--;
    }
    return p;
  }

  /**
   * Whether a record's value, with a line feed behind it, is read back as this one record from an
   * object of lines: it has one line that is not blank, and does not begin with a byte order mark,
   * which is passed over where an object begins.
   */
  public static boolean isOneRecord(byte[] value) {
    int from = contentBegin(value, 0, value.length);
    int to = contentEnd(value, from, value.length);
    return end(value, from, to) == to
        && !isBlank(value, from, to)
        && !beginsWithMark(value, 0, value.length);
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int p = from; p < to; p++) {
      if (bytes[p] != ' ' && bytes[p] != '\t' && bytes[p] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Whether a byte order mark stands here. */
  static boolean beginsWithMark(byte[] bytes, int from, int to) {
    return to - from >= BYTE_ORDER_MARK.length
        && Arrays.equals(
            bytes, from, from + BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
  }
}
