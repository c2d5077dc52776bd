package io.pinpipeline.lake.delta;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Rows of Java objects, written by parquet-java and read back through a {@link TableReader}. */
final class Rows {

  private Rows() {}

  /** Writes a data file; text as String, binary as byte[], timestamps as Long microseconds. */
  static DataFile write(
      Storage storage, Location table, String path, TableSchema schema, List<List<Object>> rows)
      throws IOException {
    Path local = Files.createTempDirectory("rows").resolve("rows.parquet");
    MessageType type = type(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(local))
            .withConf(new PlainParquetConfiguration())
            .withType(type)
            .build()) {
      for (List<Object> row : rows) {
        writer.write(group(schema, type, row));
      }
    }
    byte[] bytes = Files.readAllBytes(local);
    Files.delete(local);
    Files.delete(local.getParent());
    try (StorageOutput output = storage.create(table.resolve(path))) {
      output.write(bytes);
      output.finish();
    }
    return new DataFile(
        path,
        bytes.length,
        1_700_000_000_000L,
        rows.size(),
        "{\"numRecords\":" + rows.size() + "}");
  }

  private static MessageType type(TableSchema schema) {
    Map<String, List<Type>> structs = new LinkedHashMap<>();
    List<Type> fields = new ArrayList<>();
    for (ColumnSpec column : schema.columns()) {
      String[] path = column.path().split("\\.", -1);
      Type leaf = leaf(column, path[path.length - 1]);
      if (path.length == 1) {
        fields.add(leaf);
      } else {
        structs.computeIfAbsent(path[0], name -> new ArrayList<>()).add(leaf);
      }
    }
    structs.forEach(
        (name, members) ->
            fields.add(
                new org.apache.parquet.schema.GroupType(Repetition.OPTIONAL, name, members)));
    return new MessageType("row", fields);
  }

  private static Type leaf(ColumnSpec column, String name) {
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

  private static Group group(TableSchema schema, MessageType type, List<Object> row) {
    Group group = new SimpleGroup(type);
    Map<String, Group> structs = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      String[] path = schema.column(i).path().split("\\.", -1);
      Object value = row.get(i);
      if (value == null) {
        continue;
      }
      Group target = path.length == 1 ? group : structs.computeIfAbsent(path[0], group::addGroup);
      String name = path[path.length - 1];
      if (value instanceof Long number) {
        target.add(name, number);
      } else if (value instanceof Integer number) {
        target.add(name, number);
      } else if (value instanceof Double number) {
        target.add(name, number);
      } else if (value instanceof String text) {
        target.add(name, text);
      } else {
        target.add(name, Binary.fromConstantByteArray((byte[]) value));
      }
    }
    return group;
  }

  /** What the reader still has; binary values as text in ISO 8859-1, to be compared. */
  static List<List<Object>> read(TableReader reader) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (reader) {
      while (reader.next()) {
        for (int row = 0; row < reader.block().rows(); row++) {
          List<Object> values = new ArrayList<>();
          for (Column column : reader.block().columns()) {
            values.add(column.isNull(row) ? null : value(column, row));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  private static Object value(Column column, int row) {
    if (column instanceof LongColumn longs) {
      return longs.get(row);
    } else if (column instanceof IntColumn ints) {
      return ints.get(row);
    } else if (column instanceof DoubleColumn doubles) {
      return doubles.get(row);
    } else {
      BytesColumn bytes = (BytesColumn) column;
      return column.spec().type() == ColumnType.STRING
          ? bytes.string(row)
          : new String(bytes.bytes(row), StandardCharsets.ISO_8859_1);
    }
  }

  static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  /** A reader of rows held in memory, in blocks of so many. */
  static TableReader reader(TableSchema schema, List<List<Object>> rows, int blockRows) {
    ColumnBlock block = ColumnBlock.create(schema);
    return new TableReader() {
      private int next;

      @Override
      public boolean next() {
        block.clear();
        for (int i = 0; i < blockRows && next < rows.size(); i++, next++) {
          for (int c = 0; c < schema.size(); c++) {
            append(block.column(c), rows.get(next).get(c));
          }
        }
        return block.rows() > 0;
      }

      @Override
      public ColumnBlock block() {
        return block;
      }

      @Override
      public void close() {}
    };
  }

  private static void append(Column column, Object value) {
    if (value == null) {
      column.appendNull();
    } else if (column instanceof LongColumn longs) {
      longs.append((long) value);
    } else if (column instanceof IntColumn ints) {
      ints.append((int) value);
    } else if (column instanceof DoubleColumn doubles) {
      doubles.append((double) value);
    } else if (value instanceof String text) {
      ((BytesColumn) column).append(text);
    } else {
      ((BytesColumn) column).append((byte[]) value);
    }
  }
}
