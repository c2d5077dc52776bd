package io.pinpipeline.lake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The smallest and the largest of some byte strings, compared as unsigned bytes. */
final class BytesBounds {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final GrowingBytes min = new GrowingBytes();
  private final GrowingBytes max = new GrowingBytes();
  private boolean empty = true;

  // The first eight bytes, filled up with zeros, in an order that signed comparison knows: they
  // settle nearly every comparison.
  private long minPrefix;
  private long maxPrefix;

  boolean isEmpty() {
    return empty;
  }

  byte[] min() {
    return Arrays.copyOf(min.data(), min.size());
  }

  byte[] max() {
    return Arrays.copyOf(max.data(), max.size());
  }

  void clear() {
    empty = true;
  }

  void add(byte[] data, int from, int length) {
    long prefix = prefix(data, from, length);
    if (empty
        || prefix < minPrefix
        || (prefix == minPrefix && compare(data, from, length, min) < 0)) {
      set(min, data, from, length);
      minPrefix = prefix;
    }
    if (empty
        || prefix > maxPrefix
        || (prefix == maxPrefix && compare(data, from, length, max) > 0)) {
      set(max, data, from, length);
      maxPrefix = prefix;
    }
    empty = false;
  }

  private static void set(GrowingBytes bound, byte[] data, int from, int length) {
    bound.resize(0);
    bound.put(data, from, length);
  }

  private static int compare(byte[] data, int from, int length, GrowingBytes bound) {
    return Arrays.compareUnsigned(data, from, from + length, bound.data(), 0, bound.size());
  }

  private static long prefix(byte[] data, int from, int length) {
    long prefix;
    if (from + Long.BYTES <= data.length) {
      prefix = (long) LONG.get(data, from);
      if (length < Long.BYTES) {
        prefix = length == 0 ? 0 : prefix & (-1L << (Long.SIZE - length * Byte.SIZE));
      }
    } else {
      prefix = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        prefix = (prefix << Byte.SIZE) | (i < length ? data[from + i] & 0xFF : 0);
      }
    }
    return prefix ^ Long.MIN_VALUE;
  }
}
