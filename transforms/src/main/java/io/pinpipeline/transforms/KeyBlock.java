package io.pinpipeline.transforms;

import java.util.Arrays;

/**
 * The keys of clean rows of one batch, with what it takes to tell which came first and whether two
 * are the same. A row takes ten to fourteen bytes where its key fits an int, nineteen at most where
 * it does not.
 *
 * @param batch the number of the batch; rows of a table that was there before have {@link
 *     #IN_TABLE}
 * @param size how many rows
 * @param encoded of each row the key, the fingerprint and the distance of its ordinal from the last
 */
public record KeyBlock(int batch, int size, HeldBytes encoded) {

  /** The number of no batch: such rows came before all others. */
  public static final int IN_TABLE = -1;

  /** This block, {@linkplain HeldBytes#spilledTo spilled}. */
  KeyBlock spilledTo(SpillFile file) {
    return new KeyBlock(batch, size, encoded.spilledTo(file));
  }

  /** This block with its bytes in memory. */
  KeyBlock inMemory() {
    return new KeyBlock(batch, size, encoded.inMemory());
  }

  /** Gathers rows of one batch, in the order of their ordinals. */
  static final class Builder {

    private static final int MOST_BYTES_A_ROW = 10 + Long.BYTES + 5;

    private byte[] bytes = new byte[256];
    private int length;
    private int size;
    private int lastOrdinal;

    int size() {
      return size;
    }

    void add(long key, long fingerprint, int ordinal) {
      if (length + MOST_BYTES_A_ROW > bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      length = putVarLong(key << 1 ^ key >> 63, length);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        bytes[length++] = (byte) (fingerprint >>> shift);
      }
      length = putVarLong(ordinal - lastOrdinal, length);
      lastOrdinal = ordinal;
      size++;
    }

    private int putVarLong(long value, int at) {
      long left = value;
      int p = at;
      while ((left & ~0x7fL) != 0) {
        bytes[p++] = (byte) (left | 0x80);
        left >>>= 7;
      }
      bytes[p++] = (byte) left;
      return p;
    }

    /** The rows so far; the builder is empty again. */
    KeyBlock build(int batch) {
      KeyBlock block = new KeyBlock(batch, size, HeldBytes.of(Arrays.copyOf(bytes, length)));
      length = 0;
      size = 0;
      lastOrdinal = 0;
      return block;
    }
  }

  /** Reads the rows again. */
  static final class Cursor {

    private final byte[] bytes;
    private int p;
    private long key;
    private long fingerprint;
    private int ordinal;

    Cursor(KeyBlock block) {
      bytes = block.encoded.bytes();
    }

    boolean next() {
      if (p >= bytes.length) {
        return false;
      }
      long coded = varLong();
      key = coded >>> 1 ^ -(coded & 1);
      long hash = 0;
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        hash |= (bytes[p++] & 0xffL) << shift;
      }
      fingerprint = hash;
      ordinal += (int) varLong();
      return true;
    }

    private long varLong() {
      long value = 0;
      int shift = 0;
      while (true) {
        byte b = bytes[p++];
        value |= (b & 0x7fL) << shift;
        if (b >= 0) {
          return value;
        }
        shift += 7;
      }
    }

    long key() {
      return key;
    }

    long fingerprint() {
      return fingerprint;
    }

    int ordinal() {
      return ordinal;
    }
  }
}
