package io.pinpipeline.lake.parquet;

import java.util.ArrayDeque;
import java.util.Deque;

/** Arrays for pages, which row groups use one after the other. Not thread-safe. */
final class Segments {

  /** Several pages of the usual size, so that little is left over at a segment's end. */
  static final int BYTES = 2 << 20;

  /** Most that wait to be used: two row groups of the usual size. */
  private static final int MOST_IDLE = 32;

  private final Deque<byte[]> idle = new ArrayDeque<>();
  private byte[] scratch = new byte[0];

  /** An array of at least so many bytes, with anything in it. */
  byte[] take(int bytes) {
    if (bytes > BYTES) {
      return new byte[bytes];
    }
    byte[] segment = idle.poll();
    return segment == null ? new byte[BYTES] : segment;
  }

  /** Room for at least so many bytes; good until it is asked for again. */
  byte[] scratch(int bytes) {
    if (scratch.length < bytes) {
      scratch = new byte[bytes];
    }
    return scratch;
  }

  void giveBack(byte[] segment) {
    if (segment.length == BYTES && idle.size() < MOST_IDLE) {
      idle.push(segment);
    }
  }
}
