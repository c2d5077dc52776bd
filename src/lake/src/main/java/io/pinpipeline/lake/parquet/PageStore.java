package io.pinpipeline.lake.parquet;

import java.util.ArrayList;
import java.util.List;

/**
 * Room for the pages of a row group, of all its columns: segments that are filled one after the
 * other. One array that grows would be copied each time, and be half empty.
 */
final class PageStore {

  private final Segments pool;
  private final List<byte[]> segments = new ArrayList<>();
  private int position;

  PageStore(Segments pool) {
    this.pool = pool;
  }

  /** Whether so many bytes fit behind the last page, with no new segment. */
  boolean hasRoom(int bytes) {
    return !segments.isEmpty() && last().length - position >= bytes;
  }

  /** Room for so many bytes that are not to be kept; good until it is asked for again. */
  byte[] scratch(int bytes) {
    return pool.scratch(bytes);
  }

  /** A segment with room for so many bytes from {@link #position} on. */
  byte[] room(int bytes) {
    if (!hasRoom(bytes)) {
      segments.add(pool.take(bytes));
      position = 0;
    }
    return last();
  }

  private byte[] last() {
    return segments.get(segments.size() - 1);
  }

  int position() {
    return position;
  }

  /** Keeps so many bytes of the room. */
  void take(int bytes) {
    position += bytes;
  }

  /** Forgets all pages, and lets others have the segments. */
  void clear() {
    segments.forEach(pool::giveBack);
    segments.clear();
    position = 0;
  }
}
