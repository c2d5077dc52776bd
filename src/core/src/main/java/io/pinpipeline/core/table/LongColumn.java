package io.pinpipeline.core.table;

import java.util.Arrays;

/** Long values, and timestamps as microseconds since the epoch. */
public final class LongColumn extends Column {

  private long[] values = new long[1024];
  private boolean[] nulls = new boolean[1024];

  public LongColumn(ColumnSpec spec) {
    super(spec);
  }

  public void append(long value) {
    int row = grown();
    values[row] = value;
    nulls[row] = false;
    appended();
  }

  @Override
  public void appendNull() {
    int row = grown();
    values[row] = 0;
    nulls[row] = true;
    appendedNull();
  }

  @Override
  void appendValue(Column from, int row) {
    append(((LongColumn) from).get(row));
  }

  /** The value of a row; 0 where the row is null. */
  public long get(int row) {
    return values[row];
  }

  @Override
  public boolean isNull(int row) {
    return nulls[row];
  }

  /** The values themselves, 0 where null; valid up to {@link #size()} until the next append. */
  public long[] values() {
    return values;
  }

  private int grown() {
    int row = size();
    if (row == values.length) {
      values = Arrays.copyOf(values, row * 2);
      nulls = Arrays.copyOf(nulls, row * 2);
    }
    return row;
  }

  @Override
  void truncateValues(int newSize) {}
}
