package io.pinpipeline.core.table;

/**
 * A leaf column of a table.
 *
 * @param path the column's name; {@code coordinates.latitude} is the member {@code latitude} of the
 *     struct {@code coordinates} (structs nest one level deep). A struct is null when all of its
 *     members are.
 * @param type what its values are
 * @param required whether every row has a value
 */
public record ColumnSpec(String path, ColumnType type, boolean required) {

  public static ColumnSpec required(String path, ColumnType type) {
    return new ColumnSpec(path, type, true);
  }

  public static ColumnSpec optional(String path, ColumnType type) {
    return new ColumnSpec(path, type, false);
  }
}
