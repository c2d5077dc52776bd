package io.pinpipeline.core.generate;

import java.util.Arrays;

/** A growing buffer of bytes, reused from record to record. */
final class ByteWriter {

  private static final byte[] HEX = hexPairs();

  private byte[] bytes = new byte[4096];
  private int size;

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Cuts or forgets what was written. */
  void truncate(int newSize) {
    size = newSize;
  }

  void put(char ascii) {
    require(1);
    bytes[size++] = (byte) ascii;
  }

  void put(byte[] source) {
    put(source, 0);
  }

  void put(byte[] source, int from) {
    int length = source.length - from;
    require(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  void fill(char ascii, int count) {
    require(count);
    Arrays.fill(bytes, size, size + count, (byte) ascii);
    size += count;
  }

  /** A non-negative decimal number. */
  void decimal(long value) {
    require(19);
    long rest = value;
    int end = size + digits(value);
    for (int i = end - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size = end;
  }

  /** A non-negative decimal number, filled up with zeros to so many digits. */
  void decimal(int value, int digits) {
    require(digits);
    int rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /** The lowest bytes of a number as hexadecimal digits, highest first. */
  void hex(long value, int count) {
    require(2 * count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      int pair = 2 * (int) ((value >>> shift) & 0xFF);
      bytes[size++] = HEX[pair];
      bytes[size++] = HEX[pair + 1];
    }
  }

  private void require(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  private static int digits(long value) {
    int digits = 1;
    for (long rest = value; rest > 9; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static byte[] hexPairs() {
    byte[] pairs = new byte[512];
    for (int i = 0; i < 256; i++) {
      pairs[2 * i] = (byte) Character.forDigit(i >>> 4, 16);
      pairs[2 * i + 1] = (byte) Character.forDigit(i & 15, 16);
    }
    return pairs;
  }
}
