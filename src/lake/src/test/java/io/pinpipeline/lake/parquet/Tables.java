package io.pinpipeline.lake.parquet;

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
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** Tables as lists of rows, for comparing; binary values are hexadecimal strings. */
final class Tables {

  /** A column of every type, structs, required and optional ones. */
  static final TableSchema ALL_TYPES =
      TableSchema.of(
          ColumnSpec.required("id", ColumnType.LONG),
          ColumnSpec.optional("text", ColumnType.STRING),
          ColumnSpec.optional("count", ColumnType.INT),
          ColumnSpec.optional("place.latitude", ColumnType.DOUBLE),
          ColumnSpec.optional("place.name", ColumnType.STRING),
          ColumnSpec.optional("seen", ColumnType.TIMESTAMP),
          ColumnSpec.optional("payload", ColumnType.BINARY),
          ColumnSpec.required("source.object", ColumnType.STRING),
          ColumnSpec.optional("source.offset", ColumnType.LONG),
          ColumnSpec.optional("ratio", ColumnType.DOUBLE));

  private Tables() {}

  /**
   * Random rows. Each column has its own share of nulls and its own number of distinct values, from
   * one to as many as there are rows.
   */
  static List<List<Object>> random(TableSchema schema, int rows, long seed) {
    Random random = new Random(seed);
    List<List<Object>> table = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      table.add(new ArrayList<>());
    }
    for (ColumnSpec column : schema.columns()) {
      int distinct = 1 + random.nextInt(Math.min(rows, 1 << random.nextInt(13)));
      double nulls = column.required() || random.nextBoolean() ? 0 : random.nextDouble() * 1.2;
      Object[] values = new Object[distinct];
      for (int i = 0; i < distinct; i++) {
        values[i] = randomValue(column.type(), random);
      }
      for (List<Object> row : table) {
        row.add(random.nextDouble() < nulls ? null : values[random.nextInt(distinct)]);
      }
    }
    return table;
  }

  private static Object randomValue(ColumnType type, Random random) {
    int kind = random.nextInt(10);
    return switch (type) {
      case LONG -> kind == 0 ? Long.MIN_VALUE : kind == 1 ? Long.MAX_VALUE : random.nextLong();
      case INT -> kind == 0 ? Integer.MIN_VALUE : kind == 1 ? Integer.MAX_VALUE : random.nextInt();
      case DOUBLE ->
          kind == 0
              ? -Double.MAX_VALUE
              : kind == 1 ? Double.MIN_VALUE : kind == 2 ? 0.0 : random.nextGaussian();
      // From year 1 to year 9999.
      case TIMESTAMP -> random.nextLong(-62_135_596_800_000_000L, 253_402_300_800_000_000L);
      case STRING -> randomText(random);
      case BINARY -> {
        byte[] bytes = new byte[random.nextInt(100)];
        random.nextBytes(bytes);
        yield HexFormat.of().formatHex(bytes);
      }
    };
  }

  static String randomText(Random random) {
    int length = random.nextInt(5) == 0 ? random.nextInt(200) : random.nextInt(20);
    StringBuilder text = new StringBuilder();
    int[] alphabet = {
      'a', 'b', ' ', 0, 0x7F, 0x80, 'é', 0x7FF, 0x800, '中', 0xFFFD, 0x1F60D, 0x10FFFF
    };
    int letters = 1 + random.nextInt(alphabet.length);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(alphabet[alphabet.length - 1 - random.nextInt(letters)]);
    }
    return text.toString();
  }

  static ColumnBlock block(TableSchema schema, List<List<Object>> rows) {
    ColumnBlock block = ColumnBlock.create(schema);
    fill(block, rows);
    return block;
  }

  static void fill(ColumnBlock block, List<List<Object>> rows) {
    for (List<Object> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        append(block.column(i), row.get(i));
      }
    }
  }

  private static void append(Column column, Object value) {
    if (value == null) {
      column.appendNull();
    } else if (column instanceof LongColumn longs) {
      longs.append((Long) value);
    } else if (column instanceof IntColumn ints) {
      ints.append((Integer) value);
    } else if (column instanceof DoubleColumn doubles) {
      doubles.append((Double) value);
    } else if (column instanceof BytesColumn bytes) {
      bytes.append(bytes(column.spec().type(), (String) value));
    }
  }

  static byte[] bytes(ColumnType type, String value) {
    return type == ColumnType.BINARY
        ? HexFormat.of().parseHex(value)
        : value.getBytes(StandardCharsets.UTF_8);
  }

  static DataFile write(
      Path folder,
      TableSchema schema,
      ParquetSettings settings,
      int rowsInBlock,
      List<List<Object>> rows)
      throws IOException {
    try (RowGroupPool rowGroups = new RowGroupPool();
        DataFileWriter writer =
            new DataFileWriter(
                new LocalStorage(),
                Location.ofPath(folder),
                "part-0.parquet",
                schema,
                settings,
                rowGroups)) {
      ColumnBlock block = ColumnBlock.create(schema);
      for (int from = 0; from < rows.size(); from += rowsInBlock) {
        block.clear();
        fill(block, rows.subList(from, Math.min(rows.size(), from + rowsInBlock)));
        writer.append(block);
      }
      return writer.finish();
    }
  }

  /** Reads a file by parquet-java's own reader; a filter drops rows. */
  static List<List<Object>> read(Path file, TableSchema schema, FilterCompat.Filter filter)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        new GroupReader(new LocalInputFile(file)).withFilter(filter).build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        List<Object> row = new ArrayList<>();
        for (ColumnSpec column : schema.columns()) {
          row.add(value(group, column));
        }
        rows.add(Collections.unmodifiableList(row));
      }
    }
    return rows;
  }

  static List<List<Object>> read(Path file, TableSchema schema) throws IOException {
    return read(file, schema, FilterCompat.NOOP);
  }

  private static Object value(Group row, ColumnSpec column) {
    int dot = column.path().indexOf('.');
    Group group = row;
    if (dot >= 0) {
      String struct = column.path().substring(0, dot);
      if (row.getFieldRepetitionCount(struct) == 0) {
        return null;
      }
      group = row.getGroup(struct, 0);
    }
    String name = column.path().substring(dot + 1);
    if (group.getFieldRepetitionCount(name) == 0) {
      return null;
    }
    return switch (column.type()) {
      case LONG, TIMESTAMP -> group.getLong(name, 0);
      case INT -> group.getInteger(name, 0);
      case DOUBLE -> group.getDouble(name, 0);
      case STRING -> group.getBinary(name, 0).toStringUsingUTF8();
      case BINARY -> HexFormat.of().formatHex(group.getBinary(name, 0).getBytes());
    };
  }

  private static final class GroupReader extends ParquetReader.Builder<Group> {
    GroupReader(InputFile file) {
      super(file, new PlainParquetConfiguration());
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
