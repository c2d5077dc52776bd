package io.pinpipeline.transforms;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
public record KeyBlock(int batch, int size, Encoded encoded) {

  /** The number of no batch: such rows came before all others. */
  public static final int IN_TABLE = -1;

  /** Bytes compared by content; they are not written to. They are in memory, or spilled to disk. */
  public static final class Encoded {

    private final byte @Nullable [] held;
    private final @Nullable SpillFile file;
    private final long at;
    private final int length;

    Encoded(byte[] bytes) {
      this.held = bytes;
      this.file = null;
      this.at = 0;
      this.length = bytes.length;
    }

    private Encoded(SpillFile file, long at, int length) {
      this.held = null;
      this.file = file;
      this.at = at;
      this.length = length;
    }

    /** The bytes, read from disk where they were spilled. */
    byte[] bytes() {
      if (held != null) {
        return held;
      }
      return Objects.requireNonNull(file).read(at, length);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Encoded that && Arrays.equals(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes());
    }
  }

  /**
   * This block with its bytes in the file instead of in memory, where that is worth it. Engines
   * that send a block on read it back at once; those that hold all blocks of a run hold next to
   * nothing.
   */
  KeyBlock spilledTo(SpillFile file) {
    byte[] bytes = encoded.bytes();
    return bytes.length < SpillFile.LEAST_BYTES
        ? this
        : new KeyBlock(batch, size, new Encoded(file, file.write(bytes), bytes.length));
  }

  /** This block with its bytes in memory. */
  KeyBlock inMemory() {
    return encoded.held != null ? this : new KeyBlock(batch, size, new Encoded(encoded.bytes()));
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
      KeyBlock block = new KeyBlock(batch, size, new Encoded(Arrays.copyOf(bytes, length)));
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
