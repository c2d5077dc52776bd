package io.pinpipeline.lake.delta;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.ConstantColumn;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A digest of rows that does not depend on their order: equal for equal multisets of rows, however
 * they are spread over files, and different, but for chance, for any others.
 *
 * <p>It is the sum modulo 2<sup>256</sup> of the SHA-256 of each row, followed by the number of
 * rows. A row is encoded column by column, in the order given: a letter for the type, 1 for a value
 * or 0 for null, and the value big-endian; text and binary with their length before them, -0.0 as
 * 0.0.
 */
public final class TableDigest {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest sha256;
  private final byte[] hash = new byte[32];

  /** The sum, most significant part first. */
  private final long[] sum = new long[4];

  private long rows;
  private byte[] row = new byte[1024];
  private int length;

  public TableDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The digest of all rows that a reader still has. */
  public static String of(TableReader reader) throws IOException {
    TableDigest digest = new TableDigest();
    while (reader.next()) {
      digest.add(reader.block());
    }
    return digest.hex();
  }

  /** Adds a block's rows. */
  public void add(ColumnBlock block) {
    for (int r = 0; r < block.rows(); r++) {
      length = 0;
      for (Column column : block.columns()) {
        encode(column, r);
      }
      sha256.update(row, 0, length);
      addHash();
    }
    rows += block.rows();
  }

  private void encode(Column column, int r) {
    boolean isNull = column.isNull(r);
    ensure(2 + Long.BYTES);
    row[length++] = tag(column.spec().type());
    row[length++] = (byte) (isNull ? 0 : 1);
    if (isNull) {
      return;
    }
    if (column instanceof LongColumn longs) {
      put(longs.get(r));
    } else if (column instanceof IntColumn ints) {
      put(ints.get(r));
    } else if (column instanceof DoubleColumn doubles) {
      put(doubles.get(r));
    } else if (column instanceof BytesColumn bytes) {
      put(bytes.data(), bytes.start(r), bytes.length(r));
    } else {
      putConstant(Objects.requireNonNull(((ConstantColumn) column).value()));
    }
  }

  private static byte tag(ColumnType type) {
    return switch (type) {
      case LONG -> 'l';
      case INT -> 'i';
      case DOUBLE -> 'd';
      case STRING -> 's';
      case BINARY -> 'b';
      case TIMESTAMP -> 't';
    };
  }

  private void putConstant(Object value) {
    if (value instanceof Long number) {
      put((long) number);
    } else if (value instanceof Integer number) {
      put((int) number);
    } else if (value instanceof Double number) {
      put((double) number);
    } else {
      byte[] bytes = (byte[]) value;
      put(bytes, 0, bytes.length);
    }
  }

  private void put(long value) {
    LONG.set(row, length, value);
    length += Long.BYTES;
  }

  private void put(int value) {
    INT.set(row, length, value);
    length += Integer.BYTES;
  }

  private void put(double value) {
    // Adding zero makes -0.0 positive.
    put(Double.doubleToLongBits(value + 0.0));
  }

  private void put(byte[] bytes, int from, int count) {
    put(count);
    ensure(count);
    System.arraycopy(bytes, from, row, length, count);
    length += count;
  }

  private void ensure(int more) {
    if (length + more > row.length) {
      row = Arrays.copyOf(row, Math.max(row.length * 2, length + more));
    }
  }

  private void addHash() {
    try {
      sha256.digest(hash, 0, hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 has " + hash.length + " bytes", e);
    }
    long carry = 0;
    for (int i = sum.length - 1; i >= 0; i--) {
      long part = (long) LONG.get(hash, i * Long.BYTES);
      long total = sum[i] + part;
      long carryOut = Long.compareUnsigned(total, part) < 0 ? 1 : 0;
      total += carry;
      carryOut += total == 0 && carry == 1 ? 1 : 0;
      sum[i] = total;
      carry = carryOut;
    }
  }

  /** The sum as 64 hexadecimal digits, then the number of rows as 16. */
  public String hex() {
    HexFormat format = HexFormat.of();
    StringBuilder text = new StringBuilder(80);
    for (long part : sum) {
      text.append(format.toHexDigits(part));
    }
    return text.append(format.toHexDigits(rows)).toString();
  }
}
