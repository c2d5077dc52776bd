package io.pinpipeline.sql;

import io.pinpipeline.sql.LakeTable.Leaf;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The digest that the command {@code digest} prints, computed apart from it: the sum modulo
 * 2<sup>256</sup> of each row's SHA-256, then the number of rows.
 */
final class RowDigest {

  private RowDigest() {}

  /** The digest of rows, each with the values of these columns first. */
  static String of(List<Leaf> columns, List<List<@Nullable Object>> rows) {
    BigInteger sum = BigInteger.ZERO;
    for (List<@Nullable Object> row : rows) {
      sum = sum.add(new BigInteger(1, sha256(encoded(columns, row))));
    }
    return String.format("%064x%016x", sum.mod(BigInteger.ONE.shiftLeft(256)), rows.size());
  }

  private static byte[] encoded(List<Leaf> columns, List<@Nullable Object> row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (int i = 0; i < columns.size(); i++) {
        Object value = row.get(i);
        out.writeByte(columns.get(i).type().charAt(0));
        out.writeBoolean(value != null);
        if (value != null) {
          write(columns.get(i), value, out);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Leaf column, Object value, DataOutputStream out) throws IOException {
    switch (column.type()) {
      case "long" -> out.writeLong((Long) value);
      case "int" -> out.writeInt((Integer) value);
      case "double" -> out.writeDouble((Double) value == 0 ? 0.0 : (Double) value);
      case "timestamp" -> out.writeLong(micros((Instant) value));
      case "string" -> writeBytes(((String) value).getBytes(StandardCharsets.UTF_8), out);
      case "binary" -> writeBytes(HexFormat.of().parseHex((String) value), out);
      default -> throw new IllegalArgumentException("no encoding for " + column);
    }
  }

  /** Microseconds since the epoch. */
  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
