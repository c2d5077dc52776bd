package io.pinpipeline.core.arrival;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * What was said of each record that would make a row, in the order of arrival: by it one who knows
 * more can check whether the verdicts were right. Immutable.
 *
 * <p>A record takes the 8 bytes of its fingerprint and 1 to 10 of its key and the verdict; a key of
 * 32 bits takes up to 5.
 */
public final class ArrivalLog implements Serializable {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final List<Arrival> VERDICTS =
      List.of(Arrival.FIRST, Arrival.DUPLICATE, Arrival.CONFLICT);

  /** Ten bytes of key and verdict, and the fingerprint. */
  private static final int MOST_BYTES = 10 + Long.BYTES;

  /**
   * For each record: the verdict in the lowest two bits of the first byte and the key, as a zigzag
   * varint of which the first byte has five bits; then the fingerprint.
   */
  private final byte[] bytes;

  private ArrivalLog(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Is given a record, and says whether it wants the next one. */
  private interface Reader {
    boolean next(long key, long fingerprint, Arrival verdict);
  }

  /** What {@link #forEach} hands a record to. */
  @FunctionalInterface
  public interface Visitor {
    void visit(long key, long fingerprint, Arrival verdict);
  }

  /** Hands over all records, in order. */
  public void forEach(Visitor visitor) {
    read(
        (key, fingerprint, verdict) -> {
          visitor.visit(key, fingerprint, verdict);
          return true;
        });
  }

  /** Whether others say the same of all records. They are asked up to the first difference. */
  public boolean agreesWith(Arrivals others) {
    return read((key, fingerprint, verdict) -> others.arrive(key, fingerprint) == verdict);
  }

  /** How often it says this. */
  public long count(Arrival verdict) {
    long[] count = new long[1];
    forEach((key, fingerprint, itsVerdict) -> count[0] += itsVerdict == verdict ? 1 : 0);
    return count[0];
  }

  private boolean read(Reader reader) {
    int p = 0;
    while (p < bytes.length) {
      byte next = bytes[p++];
      Arrival verdict = VERDICTS.get(next & 3);
      long zigzag = next >> 2 & 31;
      for (int shift = 5; next < 0; shift += 7) {
        next = bytes[p++];
        zigzag |= (next & 127L) << shift;
      }
      long fingerprint = (long) LONG.get(bytes, p);
      p += Long.BYTES;
      if (!reader.next(zigzag >>> 1 ^ -(zigzag & 1), fingerprint, verdict)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArrivalLog that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return count(Arrival.FIRST)
        + " first, "
        + count(Arrival.DUPLICATE)
        + " duplicates, "
        + count(Arrival.CONFLICT)
        + " conflicts";
  }

  /** Passes on what others say, and writes it down. */
  public static final class Builder implements Arrivals {

    private final Arrivals others;
    private byte[] bytes = new byte[1024];
    private int size;

    public Builder(Arrivals others) {
      this.others = others;
    }

    @Override
    public Arrival arrive(long key, long fingerprint) {
      Arrival verdict = others.arrive(key, fingerprint);
      if (bytes.length - size < MOST_BYTES) {
        bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
      }
      long zigzag = key << 1 ^ key >> 63;
      int first = (int) (zigzag & 31) << 2 | VERDICTS.indexOf(verdict);
      zigzag >>>= 5;
      bytes[size++] = (byte) (zigzag == 0 ? first : first | 128);
      while (zigzag != 0) {
        int seven = (int) (zigzag & 127);
        zigzag >>>= 7;
        bytes[size++] = (byte) (zigzag == 0 ? seven : seven | 128);
      }
      LONG.set(bytes, size, fingerprint);
      size += Long.BYTES;
      return verdict;
    }

    /** What has been said so far. */
    public ArrivalLog build() {
      return new ArrivalLog(Arrays.copyOf(bytes, size));
    }
  }
}
