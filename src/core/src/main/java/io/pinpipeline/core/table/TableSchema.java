package io.pinpipeline.core.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The leaf columns of a table, in order. The members of a struct stand next to each other.
 *
 * @param columns the leaf columns
 */
public record TableSchema(List<ColumnSpec> columns) {

  public TableSchema {
    columns = List.copyOf(columns);
  }

  public static TableSchema of(ColumnSpec... columns) {
    return new TableSchema(List.of(columns));
  }

  /** This schema followed by more columns. */
  public TableSchema with(ColumnSpec... more) {
    List<ColumnSpec> all = new ArrayList<>(columns);
    Collections.addAll(all, more);
    return new TableSchema(all);
  }

  public int size() {
    return columns.size();
  }

  public ColumnSpec column(int index) {
    return columns.get(index);
  }

  /**
   * The index of the column with this path.
   *
   * @throws IllegalArgumentException if there is none
   */
  public int indexOf(String path) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).path().equals(path)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no column " + path + " in " + columns);
  }
}
