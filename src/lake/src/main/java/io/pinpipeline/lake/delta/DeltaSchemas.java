package io.pinpipeline.lake.delta;

import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.storage.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Our schemas, flat with dots, as Delta's with structs, and back. */
final class DeltaSchemas {

  private DeltaSchemas() {}

  /** A struct is required when one of its members is: only then can it never be null. */
  static StructType toDelta(TableSchema schema) {
    Map<String, List<StructField>> structs = new LinkedHashMap<>();
    Map<String, StructField> leaves = new LinkedHashMap<>();
    for (ColumnSpec column : schema.columns()) {
      String[] path = column.path().split("\\.", -1);
      if (path.length > 2) {
        throw new IllegalArgumentException(column.path() + " nests deeper than one struct");
      }
      StructField field =
          new StructField(path[path.length - 1], toDelta(column.type()), !column.required());
      structs.computeIfAbsent(path[0], name -> new ArrayList<>());
      if (path.length == 1) {
        leaves.put(path[0], field);
      } else {
        structs.get(path[0]).add(field);
      }
    }
    List<StructField> fields = new ArrayList<>();
    structs.forEach(
        (name, members) -> {
          StructField leaf = leaves.get(name);
          fields.add(
              leaf != null
                  ? leaf
                  : new StructField(
                      name,
                      new StructType(members),
                      members.stream().allMatch(StructField::isNullable)));
        });
    return new StructType(fields);
  }

  private static DataType toDelta(ColumnType type) {
    return switch (type) {
      case LONG -> LongType.LONG;
      case INT -> IntegerType.INTEGER;
      case DOUBLE -> DoubleType.DOUBLE;
      case STRING -> StringType.STRING;
      case BINARY -> BinaryType.BINARY;
      case TIMESTAMP -> TimestampType.TIMESTAMP;
    };
  }

  /**
   * The leaf columns of a table.
   *
   * @throws TableException if one is of a type that we have no column for: rewriting its files
   *     would lose it
   */
  static TableSchema fromDelta(StructType schema, Location table) throws TableException {
    List<ColumnSpec> columns = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (field.getDataType() instanceof StructType struct) {
        for (StructField member : struct.fields()) {
          columns.add(
              new ColumnSpec(
                  field.getName() + "." + member.getName(),
                  fromDelta(member.getDataType(), field.getName() + "." + member.getName(), table),
                  !field.isNullable() && !member.isNullable()));
        }
      } else {
        columns.add(
            new ColumnSpec(
                field.getName(),
                fromDelta(field.getDataType(), field.getName(), table),
                !field.isNullable()));
      }
    }
    return new TableSchema(columns);
  }

  private static ColumnType fromDelta(DataType type, String path, Location table)
      throws TableException {
    if (type instanceof LongType) {
      return ColumnType.LONG;
    } else if (type instanceof IntegerType) {
      return ColumnType.INT;
    } else if (type instanceof DoubleType) {
      return ColumnType.DOUBLE;
    } else if (type instanceof StringType) {
      return ColumnType.STRING;
    } else if (type instanceof BinaryType) {
      return ColumnType.BINARY;
    } else if (type instanceof TimestampType) {
      return ColumnType.TIMESTAMP;
    }
    throw new TableException(
        "The table "
            + table
            + " has the column "
            + path
            + " of type "
            + type
            + ", which pinpipeline does not know: another program made or changed the table."
            + " Drop the column there, or use another location.");
  }

  /**
   * The part of a table's schema that holds these leaf columns, with the metadata of its fields.
   *
   * @throws IllegalArgumentException if the table has no such column
   */
  static StructType pruned(StructType schema, List<String> paths) {
    Map<String, List<StructField>> members = new LinkedHashMap<>();
    for (String path : paths) {
      int dot = path.indexOf('.');
      StructField top = member(schema, dot < 0 ? path : path.substring(0, dot), path);
      List<StructField> chosen = members.computeIfAbsent(top.getName(), name -> new ArrayList<>());
      if (top.getDataType() instanceof StructType struct && dot > 0) {
        chosen.add(member(struct, path.substring(dot + 1), path));
      }
    }
    List<StructField> fields = new ArrayList<>();
    members.forEach(
        (name, chosen) -> {
          StructField top = schema.get(name);
          fields.add(
              chosen.isEmpty()
                  ? top
                  : new StructField(
                      name, new StructType(chosen), top.isNullable(), top.getMetadata()));
        });
    return new StructType(fields);
  }

  private static StructField member(StructType struct, String name, String path) {
    int index = struct.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no column " + path + " in " + struct);
    }
    return struct.at(index);
  }

  /** The same schema with text as bytes, which spares decoding text only to encode it again. */
  static StructType textAsBytes(StructType schema) {
    List<StructField> fields = new ArrayList<>();
    for (StructField field : schema.fields()) {
      DataType type = field.getDataType();
      fields.add(
          type instanceof StructType struct
              ? new StructField(
                  field.getName(), textAsBytes(struct), field.isNullable(), field.getMetadata())
              : type instanceof StringType
                  ? new StructField(
                      field.getName(), BinaryType.BINARY, field.isNullable(), field.getMetadata())
                  : field);
    }
    return new StructType(fields);
  }
}
