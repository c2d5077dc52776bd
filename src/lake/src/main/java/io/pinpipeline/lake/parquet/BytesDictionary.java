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

  private int[] hashes = new int[256];

  /** The last page that had the value. */
  private int[] pages = new int[256];

  /** Index plus one of a value, 0 where free; at most half full. */
  private int[] table = new int[512];

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
    while (true) {
      int entry = table[slot];
      if (entry == 0) {
        table[slot] = size + 1;
        return add(data, from, length, hash);
      }
      if (hashes[entry - 1] == hash && equal(entry - 1, data, from, length)) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
  }

  private boolean equal(int index, byte[] data, int from, int length) {
    int start = starts[index];
    return length(index) == length
        && Arrays.equals(plain.data(), start, start + length, data, from, from + length);
  }

  private int add(byte[] data, int from, int length, int hash) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      hashes = Arrays.copyOf(hashes, size * 2);
      pages = Arrays.copyOf(pages, size * 2);
    }
    plain.putInt(length);
    starts[size] = plain.size();
    hashes[size] = hash;
    pages[size] = 0;
    plain.put(data, from, length);
    size++;
    if (size * 2 > table.length) {
      table = new int[table.length * 2];
      int mask = table.length - 1;
      for (int i = 0; i < size; i++) {
        int slot = hashes[i] & mask;
        while (table[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        table[slot] = i + 1;
      }
    }
    return size - 1;
  }

  private static int hash(byte[] data, int from, int length) {
    long hash = length;
    int at = from;
    int end = from + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = mix(hash, (long) LONG.get(data, at));
    }
    if (at < end) {
      long rest = 0;
      for (; at < end; at++) {
        rest = (rest << Byte.SIZE) | (data[at] & 0xFF);
      }
      hash = mix(hash, rest);
    }
    return (int) (hash ^ (hash >>> 32));
  }

  private static long mix(long hash, long next) {
    long mixed = (hash ^ next) * GOLDEN_RATIO;
    return mixed ^ (mixed >>> 29);
  }
}
