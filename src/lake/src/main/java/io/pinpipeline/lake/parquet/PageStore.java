package io.pinpipeline.lake.parquet;

import java.util.ArrayList;
import java.util.List;

/**
 * Room for the pages of a row group, of all its columns: segments that are filled one after the
 * other and used again for the next row group. One array that grows would be copied each time, and
 * be half empty.
 */
final class PageStore {

  /** Several pages of the usual size, so that little is left over at a segment's end. */
  private static final int SEGMENT_BYTES = 4 << 20;

  private final List<byte[]> segments = new ArrayList<>();
  private int current = -1;
  private int position;

  /** A segment with room for so many bytes from {@link #position} on. */
  byte[] room(int bytes) {
    if (bytes > SEGMENT_BYTES) {
      // alone, and not used again; what is behind it is never asked for
      byte[] segment = new byte[bytes];
      segments.add(++current, segment);
      position = 0;
      return segment;
    }
    if (current < 0 || segments.get(current).length - position < bytes) {
      current++;
      position = 0;
      if (current == segments.size()) {
        segments.add(new byte[SEGMENT_BYTES]);
      }
    }
    return segments.get(current);
  }

  int position() {
    return position;
  }

  /** Keeps so many bytes of the room. */
  void take(int bytes) {
    position += bytes;
  }

  /** Forgets all pages. */
  void clear() {
    segments.removeIf(segment -> segment.length > SEGMENT_BYTES);
    current = -1;
    position = 0;
  }
}
