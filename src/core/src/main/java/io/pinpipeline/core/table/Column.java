package io.pinpipeline.core.table;

/**
 * The values of one leaf column in a block of rows. Columns are appended to, read, cleared and used
 * again; they grow as needed and are not thread-safe.
 */
public abstract sealed class Column
    permits LongColumn, IntColumn, DoubleColumn, BytesColumn, ConstantColumn {

  private final ColumnSpec spec;
  private int size;
  private int nullCount;

  Column(ColumnSpec spec) {
    this.spec = spec;
  }

  /** An empty column for such values. */
  public static Column create(ColumnSpec spec) {
    return switch (spec.type()) {
      case LONG, TIMESTAMP -> new LongColumn(spec);
      case INT -> new IntColumn(spec);
      case DOUBLE -> new DoubleColumn(spec);
      case STRING, BINARY -> new BytesColumn(spec);
    };
  }

  public final ColumnSpec spec() {
    return spec;
  }

  /** The number of rows, nulls included. */
  public final int size() {
    return size;
  }

  /** How many of the rows are null. */
  public final int nullCount() {
    return nullCount;
  }

  public abstract boolean isNull(int row);

  public abstract void appendNull();

  /** Appends what a row of another column of the same class holds. */
  final void appendRow(Column from, int row) {
    if (from.isNull(row)) {
      appendNull();
    } else {
      appendValue(from, row);
    }
  }

  abstract void appendValue(Column from, int row);

  /** Forgets the rows from {@code newSize} on. */
  public final void truncate(int newSize) {
    if (newSize < size) {
      int dropped = 0;
      if (nullCount > 0) {
        for (int row = newSize; row < size; row++) {
          if (isNull(row)) {
            dropped++;
          }
        }
      }
      truncateValues(newSize);
      size = newSize;
      nullCount -= dropped;
    }
  }

  /** Forgets all rows. */
  public final void clear() {
    truncateValues(0);
    size = 0;
    nullCount = 0;
  }

  abstract void truncateValues(int newSize);

  final void appended() {
    size++;
  }

  final void appendedNull() {
    size++;
    nullCount++;
  }

  final void resizeTo(int newSize, int newNullCount) {
    size = newSize;
    nullCount = newNullCount;
  }
}
