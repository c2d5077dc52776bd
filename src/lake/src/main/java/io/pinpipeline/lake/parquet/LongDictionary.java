package io.pinpipeline.lake.parquet;

import java.util.Arrays;

/** Distinct numbers in the order in which they came. */
final class LongDictionary {

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private long[] values = new long[256];
  private int size;

  /** Index plus one of a value, 0 where free; at most half full. */
  private int[] table = new int[512];

  int size() {
    return size;
  }

  long[] values() {
    return values;
  }

  void clear() {
    size = 0;
    Arrays.fill(table, 0);
  }

  /** The index of a value, which is added if it is new. */
  int indexOf(long value) {
    int mask = table.length - 1;
    int slot = slot(value, mask);
    while (true) {
      int entry = table[slot];
      if (entry == 0) {
        table[slot] = size + 1;
        return add(value);
      }
      if (values[entry - 1] == value) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
  }

  private int add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size] = value;
    size++;
    if (size * 2 > table.length) {
      table = new int[table.length * 2];
      int mask = table.length - 1;
      for (int i = 0; i < size; i++) {
        int slot = slot(values[i], mask);
        while (table[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        table[slot] = i + 1;
      }
    }
    return size - 1;
  }

  private static int slot(long value, int mask) {
    return (int) ((value * GOLDEN_RATIO) >>> 32) & mask;
  }
}
