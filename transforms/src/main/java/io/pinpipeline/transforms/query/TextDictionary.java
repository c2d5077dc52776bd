package io.pinpipeline.transforms.query;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers texts, as UTF-8, from 0 in the order in which they come first. */
final class TextDictionary {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[1024];
  private int[] ends = new int[64];
  private int[] hashes = new int[64];
  private int size;

  /** Codes plus one by hash, 0 where there is none; at most half full. */
  private int[] slots = new int[128];

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int code) {
    return code == 0 ? 0 : ends[code - 1];
  }

  int length(int code) {
    return ends[code] - start(code);
  }

  String text(int code) {
    return new String(bytes, start(code), length(code), StandardCharsets.UTF_8);
  }

  /** The code of a text, a new one if it has none yet. */
  int add(byte[] from, int start, int length) {
    return add(from, start, length, hash(from, start, length));
  }

  /** As {@link #add(byte[], int, int)}, where the text's {@link #hash} is known. */
  int add(byte[] from, int start, int length, long fullHash) {
    int hash = (int) fullHash;
    int slot = slot(hash);
    while (slots[slot] != 0) {
      int code = slots[slot] - 1;
      if (hashes[code] == hash
          && Arrays.equals(
              bytes, start(code), start(code) + length(code), from, start, start + length)) {
        return code;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = size + 1;
    append(from, start, length, hash);
    if (size * 2 > slots.length) {
      grow();
    }
    return size - 1;
  }

  private void append(byte[] from, int start, int length, int hash) {
    int begin = size == 0 ? 0 : ends[size - 1];
    int end = Math.addExact(begin, length);
    if (end > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, bytes.length * 2L)));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
      hashes = Arrays.copyOf(hashes, size * 2);
    }
    System.arraycopy(from, start, bytes, begin, length);
    ends[size] = end;
    hashes[size] = hash;
    size++;
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int code = 0; code < size; code++) {
      int slot = slot(hashes[code]);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = code + 1;
    }
  }

  private int slot(int hash) {
    return hash & (slots.length - 1);
  }

  /** A hash of a text, of which every bit depends on all of the text. */
  static long hash(byte[] from, int start, int length) {
    long hash = length;
    int p = start;
    for (int left = length; left > 0; left -= Long.BYTES) {
      long part = 0;
      if (left >= Long.BYTES) {
        part = (long) LONG.get(from, p);
      } else {
        for (int i = 0; i < left; i++) {
          part = part << Byte.SIZE | (from[p + i] & 0xff);
        }
      }
      hash = LongHash.mix(hash ^ part);
      p += Long.BYTES;
    }
    return hash;
  }

  void clear() {
    size = 0;
    Arrays.fill(slots, 0);
  }
}
