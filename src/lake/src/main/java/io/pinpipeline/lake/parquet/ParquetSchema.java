package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** The Parquet schema of a table. */
final class ParquetSchema {

  private ParquetSchema() {}

  /**
   * A struct is required when one of its members is, as it is null only when all of them are.
   *
   * @throws IllegalArgumentException if structs nest deeper than one level, or the members of one
   *     do not stand next to each other
   */
  static MessageType of(TableSchema schema) {
    List<Type> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int at = 0;
    while (at < schema.size()) {
      String struct = struct(schema.column(at));
      int end = at + 1;
      while (!struct.isEmpty()
          && end < schema.size()
          && struct(schema.column(end)).equals(struct)) {
        end++;
      }
      List<ColumnSpec> leaves = schema.columns().subList(at, end);
      Type field = struct.isEmpty() ? leaf(leaves.get(0), leaves.get(0).path()) : group(leaves);
      if (!names.add(field.getName())) {
        throw new IllegalArgumentException(
            "column "
                + field.getName()
                + " stands twice in "
                + schema
                + "; put the members of a struct next to each other");
      }
      fields.add(field);
      at = end;
    }
    return new MessageType("table", fields);
  }

  /** The struct that a column is in; empty if it is in none. */
  static String struct(ColumnSpec column) {
    return column.path().substring(0, Math.max(0, column.path().indexOf('.')));
  }

  private static GroupType group(List<ColumnSpec> members) {
    String struct = struct(members.get(0));
    boolean required = members.stream().anyMatch(ColumnSpec::required);
    List<Type> leaves = new ArrayList<>();
    for (ColumnSpec member : members) {
      leaves.add(leaf(member, member.path().substring(struct.length() + 1)));
    }
    return new GroupType(required ? Repetition.REQUIRED : Repetition.OPTIONAL, struct, leaves);
  }

  private static PrimitiveType leaf(ColumnSpec column, String name) {
    if (name.isEmpty() || name.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "column "
              + column.path()
              + " is not a name, nor a struct's name, a dot and a member's name");
    }
    Repetition repetition = column.required() ? Repetition.REQUIRED : Repetition.OPTIONAL;
    return switch (column.type()) {
      case LONG -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
      case INT -> Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
      case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
      case STRING ->
          Types.primitive(PrimitiveTypeName.BINARY, repetition)
              .as(LogicalTypeAnnotation.stringType())
              .named(name);
      case BINARY -> Types.primitive(PrimitiveTypeName.BINARY, repetition).named(name);
      case TIMESTAMP ->
          Types.primitive(PrimitiveTypeName.INT64, repetition)
              .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
              .named(name);
    };
  }
}
