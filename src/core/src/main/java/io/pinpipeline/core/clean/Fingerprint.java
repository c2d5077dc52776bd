package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of a row's content: equal rows have equal fingerprints, and of two rows with the
 * same key but other content one in 2^64 pairs has. It is stored with every row, so it must not
 * change.
 *
 * <p>The mixing is that of wyhash (folded 64 x 64 bit multiplication), with signed high halves.
 */
final class Fingerprint {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long P0 = 0xa0761d6478bd642fL;
  private static final long P1 = 0xe7037ed1a0b428dbL;
  private static final long P2 = 0x8ebc6af09c88c6e3L;
  private static final long P3 = 0x589965cc75374cc3L;

  private Fingerprint() {}

  /** The fingerprint of one row of these columns. */
  static long of(Column[] columns, int row) {
    long hash = P0;
    for (Column column : columns) {
      // the type first: its methods are then direct calls
      if (column instanceof BytesColumn bytes) {
        hash =
            bytes.isNull(row)
                ? ofNull(hash)
                : ofBytes(hash, bytes.data(), bytes.start(row), bytes.length(row));
      } else if (column instanceof LongColumn longs) {
        hash = longs.isNull(row) ? ofNull(hash) : ofNumber(hash, longs.get(row));
      } else if (column instanceof IntColumn ints) {
        hash = ints.isNull(row) ? ofNull(hash) : ofNumber(hash, ints.get(row));
      } else if (column instanceof DoubleColumn doubles) {
        hash =
            doubles.isNull(row)
                ? ofNull(hash)
                : ofNumber(hash, Double.doubleToLongBits(doubles.get(row)));
      } else {
        throw new IllegalArgumentException(column.getClass() + " is no content");
      }
    }
    return mix(hash ^ P3, columns.length ^ P2);
  }

  private static long ofNull(long seed) {
    return mix(seed ^ P3, P1);
  }

  private static long ofNumber(long seed, long number) {
    return mix(seed ^ P2, number ^ P1);
  }

  /** A hash of text alone. */
  static long ofText(byte[] text, int from, int to) {
    return ofBytes(P0, text, from, to - from);
  }

  private static long ofBytes(long seed, byte[] bytes, int from, int length) {
    long hash = mix(seed ^ P1, length ^ P0);
    int p = from;
    int left = length;
    while (left > 16) {
      hash = mix((long) LONG.get(bytes, p) ^ P1, (long) LONG.get(bytes, p + 8) ^ hash);
      p += 16;
      left -= 16;
    }
    long a = 0;
    long b = 0;
    if (left >= 8) {
      a = (long) LONG.get(bytes, p);
      b = (long) LONG.get(bytes, p + left - 8);
    } else if (left >= 4) {
      a = (int) INT.get(bytes, p);
      b = (int) INT.get(bytes, p + left - 4);
    } else if (left > 0) {
      a =
          (bytes[p] & 0xffL) << 16
              | (bytes[p + (left >> 1)] & 0xffL) << 8
              | (bytes[p + left - 1] & 0xffL);
    }
    return mix(a ^ P2, b ^ hash);
  }

  private static long mix(long a, long b) {
    return Math.multiplyHigh(a, b) ^ (a * b);
  }
}
