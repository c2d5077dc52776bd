package io.pinpipeline.lake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A byte array that grows and is used again. */
final class GrowingBytes {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] data = new byte[4096];
  private int size;

  byte[] data() {
    return data;
  }

  int size() {
    return size;
  }

  void resize(int newSize) {
    size = newSize;
  }

  void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > data.length) {
      data =
          Arrays.copyOf(
              data, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, data.length * 2L)));
    }
  }

  void put(byte[] bytes, int from, int length) {
    ensure(length);
    System.arraycopy(bytes, from, data, size, length);
    size += length;
  }

  void putByte(int value) {
    ensure(1);
    data[size++] = (byte) value;
  }

  void putInt(int value) {
    ensure(Integer.BYTES);
    INT.set(data, size, value);
    size += Integer.BYTES;
  }

  void putLongs(long[] values, int count) {
    ensure(count * Long.BYTES);
    for (int i = 0, at = size; i < count; i++, at += Long.BYTES) {
      LONG.set(data, at, values[i]);
    }
    size += count * Long.BYTES;
  }

  /** Puts the low halves of the values. */
  void putInts(long[] values, int count) {
    ensure(count * Integer.BYTES);
    for (int i = 0, at = size; i < count; i++, at += Integer.BYTES) {
      INT.set(data, at, (int) values[i]);
    }
    size += count * Integer.BYTES;
  }

  int intAt(int at) {
    return (int) INT.get(data, at);
  }

  void setInt(int at, int value) {
    INT.set(data, at, value);
  }
}
