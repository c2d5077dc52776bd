package io.pinpipeline.lake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Distinct byte strings in the order in which they came, held as a PLAIN page. */
final class BytesDictionary {

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final GrowingBytes plain = new GrowingBytes();
  private int size;

  /** Where each value begins in {@link #plain}, after its length. */
  private int[] starts = new int[256];

  /** The last page that had the value. */
  private int[] pages = new int[256];

  /**
   * The hash of a value in the high half, its index plus one in the low half; 0 where free. At most
   * half full.
   */
  private long[] table = new long[512];

  int size() {
    return size;
  }

  /** All values, each after its length. */
  GrowingBytes plain() {
    return plain;
  }

  int start(int index) {
    return starts[index];
  }

  int length(int index) {
    return plain.intAt(starts[index] - Integer.BYTES);
  }

  /** Notes that a page (numbered from 1) has a value; whether that is news. */
  boolean firstOn(int page, int index) {
    boolean first = pages[index] != page;
    pages[index] = page;
    return first;
  }

  void clear() {
    size = 0;
    plain.resize(0);
    Arrays.fill(table, 0);
  }

  /** The index of a value, which is added if it is new. */
  int indexOf(byte[] data, int from, int length) {
    int hash = hash(data, from, length);
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != 0) {
      int index = (int) table[slot] - 1;
      if ((int) (table[slot] >>> Integer.SIZE) == hash && equal(index, data, from, length)) {
        return index;
      }
      slot = (slot + 1) & mask;
    }
    add(data, from, length);
    table[slot] = ((long) hash << Integer.SIZE) | size;
    if (size * 2 > table.length) {
      growTable();
    }
    return size - 1;
  }

  private boolean equal(int index, byte[] data, int from, int length) {
    int start = starts[index];
    return length(index) == length
        && Arrays.equals(plain.data(), start, start + length, data, from, from + length);
  }

  private void add(byte[] data, int from, int length) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      pages = Arrays.copyOf(pages, size * 2);
    }
    plain.putInt(length);
    starts[size] = plain.size();
    pages[size] = 0;
    plain.put(data, from, length);
    size++;
  }

  private void growTable() {
    long[] old = table;
    table = new long[old.length * 2];
    int mask = table.length - 1;
    for (long entry : old) {
      if (entry != 0) {
        int slot = (int) (entry >>> Integer.SIZE) & mask;
        while (table[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        table[slot] = entry;
      }
    }
  }

  private static int hash(byte[] data, int from, int length) {
    long hash = length;
    int end = from + length;
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = mix(hash, (long) LONG.get(data, at));
    }
    if (at < end) {
      hash = mix(hash, last(data, from, at, end));
    }
    return (int) (hash ^ (hash >>> 32));
  }

  /** The bytes from {@code at} on, fewer than eight, in one load where that is possible. */
  private static long last(byte[] data, int from, int at, int end) {
    if (end - from >= Long.BYTES) {
      return (long) LONG.get(data, end - Long.BYTES);
    }
    if (at + Long.BYTES <= data.length) {
      return (long) LONG.get(data, at) & (-1L >>> (Long.SIZE - (end - at) * Byte.SIZE));
    }
    long rest = 0;
    for (int i = end - 1; i >= at; i--) {
      rest = (rest << Byte.SIZE) | (data[i] & 0xFF);
    }
    return rest;
  }

  private static long mix(long hash, long next) {
    long mixed = (hash ^ next) * GOLDEN_RATIO;
    return mixed ^ (mixed >>> 29);
  }
}
