package io.pinpipeline.core.table;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row as objects, for where records are few or people look at them.
 *
 * @param rows the block
 * @param row the index of the row in it
 */
public record Values(ColumnBlock rows, int row) {

  /** The value of a LONG column that is required. */
  public long longAt(int column) {
    if (get(column) instanceof Long value) {
      return value;
    }
    throw new IllegalStateException(rows.schema().column(column) + " is null");
  }

  public @Nullable Integer intAt(int column) {
    return (Integer) get(column);
  }

  public @Nullable Double doubleAt(int column) {
    return (Double) get(column);
  }

  public @Nullable String stringAt(int column) {
    return (String) get(column);
  }

  public @Nullable Instant instantAt(int column) {
    return (Instant) get(column);
  }

  /** The value of a BINARY column that is required. */
  public byte[] bytesAt(int column) {
    if (get(column) instanceof byte[] value) {
      return value;
    }
    throw new IllegalStateException(rows.schema().column(column) + " is null");
  }

  /**
   * The value of any column: a {@link Long}, {@link Integer}, {@link Double}, {@link String},
   * {@code byte[]}, {@link Instant} or null.
   */
  public @Nullable Object get(int index) {
    Column column = rows.column(index);
    if (column.isNull(row)) {
      return null;
    }
    ColumnType type = column.spec().type();
    if (column instanceof LongColumn longs) {
      return ofLong(longs.get(row), type);
    } else if (column instanceof IntColumn ints) {
      return ints.get(row);
    } else if (column instanceof DoubleColumn doubles) {
      return doubles.get(row);
    } else if (column instanceof BytesColumn bytes) {
      return type == ColumnType.STRING ? bytes.string(row) : bytes.bytes(row);
    }
    Object value = ((ConstantColumn) column).value();
    if (value instanceof Long number) {
      return ofLong(number, type);
    }
    if (value instanceof byte[] bytes) {
      return type == ColumnType.STRING
          ? new String(bytes, StandardCharsets.UTF_8)
          : Arrays.copyOf(bytes, bytes.length);
    }
    return value;
  }

  private static Object ofLong(long value, ColumnType type) {
    return type == ColumnType.TIMESTAMP ? Instant.EPOCH.plus(value, ChronoUnit.MICROS) : value;
  }

  /** The value of any column as people read it. */
  public String show(int column) {
    Object value = get(column);
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return String.valueOf(value);
  }
}
