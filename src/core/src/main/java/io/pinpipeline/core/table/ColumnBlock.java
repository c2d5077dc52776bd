package io.pinpipeline.core.table;

import java.util.List;

/** A block of rows, column by column. Holders use it again and again: read it before the next. */
public final class ColumnBlock {

  private final TableSchema schema;
  private final List<Column> columns;

  /**
   * A block of these columns, which are in the order of the schema.
   *
   * @throws IllegalArgumentException if a column is not the schema's
   */
  public ColumnBlock(TableSchema schema, List<? extends Column> columns) {
    this.schema = schema;
    this.columns = List.copyOf(columns);
    if (!this.columns.stream().map(Column::spec).toList().equals(schema.columns())) {
      throw new IllegalArgumentException("columns " + columns + " do not follow " + schema);
    }
  }

  /** An empty block to append to. */
  public static ColumnBlock create(TableSchema schema) {
    return new ColumnBlock(schema, schema.columns().stream().map(Column::create).toList());
  }

  public TableSchema schema() {
    return schema;
  }

  public Column column(int index) {
    return columns.get(index);
  }

  public List<Column> columns() {
    return columns;
  }

  public int rows() {
    return columns.get(0).size();
  }

  /**
   * Appends a row of another block whose first columns are like those of this one. None of them is
   * a {@link ConstantColumn}.
   */
  public void appendRow(ColumnBlock from, int row) {
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).appendRow(from.column(i), row);
    }
  }

  /** Forgets all rows. */
  public void clear() {
    for (Column column : columns) {
      column.clear();
    }
  }
}
