package io.pinpipeline.core.table;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One value, or null, for every row of a block: where it came from, when it was rejected. */
public final class ConstantColumn extends Column {

  private @Nullable Object value;

  public ConstantColumn(ColumnSpec spec) {
    super(spec);
  }

  /**
   * Makes this column {@code rows} times the value: a {@link Long} for LONG and TIMESTAMP, an
   * {@link Integer} for INT, a {@link Double} for DOUBLE, a {@code byte[]} for STRING (UTF-8) and
   * BINARY, or null.
   */
  public void set(@Nullable Object newValue, int rows) {
    boolean fits =
        newValue == null
            || switch (spec().type()) {
              case LONG, TIMESTAMP -> newValue instanceof Long;
              case INT -> newValue instanceof Integer;
              case DOUBLE -> newValue instanceof Double;
              case STRING, BINARY -> newValue instanceof byte[];
            };
    if (!fits) {
      throw new IllegalArgumentException(newValue + " is no " + spec().type());
    }
    value = newValue;
    resizeTo(rows, newValue == null ? rows : 0);
  }

  /** Makes this STRING column {@code rows} times the text. */
  public void set(String text, int rows) {
    set((Object) text.getBytes(StandardCharsets.UTF_8), rows);
  }

  /** The value of every row. */
  public @Nullable Object value() {
    return value;
  }

  @Override
  public boolean isNull(int row) {
    return value == null;
  }

  @Override
  public void appendNull() {
    throw new UnsupportedOperationException("a constant column is set as a whole");
  }

  @Override
  void appendValue(Column from, int row) {
    throw new UnsupportedOperationException("a constant column is set as a whole");
  }

  @Override
  void truncateValues(int newSize) {}
}
