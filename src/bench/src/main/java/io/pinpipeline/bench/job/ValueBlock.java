package io.pinpipeline.bench.job;

import io.pinpipeline.core.batch.RawBlock;
import java.util.Arrays;

/** The values of records back to back, as a cleaner takes them. */
final class ValueBlock {

  private static final int FULL_BYTES = 1 << 20;

  private final RawBlock block = new RawBlock();
  private byte[] bytes = new byte[2 * FULL_BYTES];
  private int[] ends = new int[4096];
  private long[] offsets = new long[4096];
  private int count;
  private int size;

  void add(byte[] value, long offset) {
    if (size + value.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + value.length, bytes.length * 2));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      offsets = Arrays.copyOf(offsets, count * 2);
    }
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    ends[count] = size;
    offsets[count++] = offset;
  }

  boolean isFull() {
    return size >= FULL_BYTES;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** All values so far; the next that is added begins anew. */
  RawBlock take(String topic) {
    block.setRecords(topic, 0, bytes, 0, new RawBlock.Bounds(count, ends, offsets));
    count = 0;
    size = 0;
    return block;
  }
}
