package io.pinpipeline.core.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColumnsTest {

  @Test
  void copiesRowsOfABlockThatHasMoreColumns() {
    List<ColumnSpec> specs = new ArrayList<>();
    for (ColumnType type : ColumnType.values()) {
      specs.add(ColumnSpec.optional(type.name(), type));
    }
    TableSchema schema = new TableSchema(specs);
    ColumnBlock from =
        ColumnBlock.create(schema.with(ColumnSpec.required("more", ColumnType.STRING)));
    Random random = new Random(1);
    for (int row = 0; row < 2000; row++) {
      for (Column column : from.columns()) {
        if (random.nextInt(3) == 0) {
          column.appendNull();
        } else {
          append(column, random);
        }
      }
    }
    ColumnBlock to = ColumnBlock.create(schema);
    for (int row = 1; row < from.rows(); row += 2) {
      to.appendRow(from, row);
    }
    assertThat(to.rows()).isEqualTo(1000);
    for (int row = 0; row < to.rows(); row++) {
      for (int column = 0; column < schema.size(); column++) {
        assertThat(new Values(to, row).get(column))
            .isEqualTo(new Values(from, 2 * row + 1).get(column));
      }
    }
  }

  /** Columns hold what a list would, whatever is appended, truncated and cleared. */
  @Property(tries = 300)
  void columnsAreLists(@ForAll ColumnType type, @ForAll Random random) {
    ColumnSpec spec = ColumnSpec.optional("a", type);
    ColumnBlock block = ColumnBlock.create(TableSchema.of(spec));
    Column column = block.column(0);
    List<Object> model = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          int size = random.nextInt(model.size() + 2);
          column.truncate(size);
          while (model.size() > size) {
            model.remove(model.size() - 1);
          }
        }
        case 1 -> {
          if (random.nextInt(4) == 0) {
            column.clear();
            model.clear();
          }
        }
        case 2 -> {
          for (int j = 0; j < 700; j++) {
            column.appendNull();
            model.add(null);
          }
        }
        case 3, 4 -> {
          column.appendNull();
          model.add(null);
        }
        default -> model.add(append(column, random));
      }
      assertThat(column.size()).isEqualTo(model.size());
      assertThat(block.rows()).isEqualTo(model.size());
      assertThat(column.nullCount()).isEqualTo((int) model.stream().filter(v -> v == null).count());
    }
    for (int row = 0; row < model.size(); row++) {
      Object value = new Values(block, row).get(0);
      assertThat(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value)
          .isEqualTo(model.get(row));
      assertThat(column.isNull(row)).isEqualTo(model.get(row) == null);
    }
    if (column instanceof BytesColumn bytes) {
      assertIsPlain(bytes);
    }
  }

  /** Appends a value; gives it back as {@link Values} would. */
  private static Object append(Column column, Random random) {
    if (column instanceof LongColumn longs) {
      long value = random.nextLong();
      longs.append(value);
      return column.spec().type() == ColumnType.TIMESTAMP
          ? Instant.ofEpochSecond(
              Math.floorDiv(value, 1_000_000L), Math.floorMod(value, 1_000_000L) * 1000L)
          : (Object) value;
    } else if (column instanceof IntColumn ints) {
      int value = random.nextInt();
      ints.append(value);
      return value;
    } else if (column instanceof DoubleColumn doubles) {
      double value = random.nextGaussian();
      doubles.append(value);
      return value;
    }
    BytesColumn bytes = (BytesColumn) column;
    byte[] value = "é".repeat(random.nextInt(random.nextInt(20) == 0 ? 40_000 : 9)).getBytes(UTF_8);
    switch (random.nextInt(4)) {
      case 0 -> bytes.append(value);
      case 1 -> bytes.append(new String(value, UTF_8));
      case 2 -> bytes.append(("xx" + new String(value, UTF_8)).getBytes(UTF_8), 2, value.length);
      default -> {
        int at = bytes.reserve(value.length + random.nextInt(9));
        System.arraycopy(value, 0, bytes.data(), at, value.length);
        bytes.appendedInPlace(value.length);
      }
    }
    return column.spec().type() == ColumnType.STRING
        ? new String(value, UTF_8)
        : ByteBuffer.wrap(value);
  }

  /** Its data is that of a Parquet page: lengths and values, nothing between or behind. */
  private static void assertIsPlain(BytesColumn column) {
    ByteBuffer plain =
        ByteBuffer.wrap(column.data(), 0, column.dataSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < column.size(); row++) {
      if (!column.isNull(row)) {
        assertThat(plain.getInt()).isEqualTo(column.length(row));
        assertThat(plain.position()).isEqualTo(column.start(row));
        byte[] value = new byte[column.length(row)];
        plain.get(value);
        assertThat(value).isEqualTo(column.bytes(row));
      }
    }
    assertThat(plain.remaining()).isZero();
  }

  @Test
  void nullsAreZeroInTheValuesThemselves() {
    LongColumn longs = new LongColumn(ColumnSpec.optional("a", ColumnType.LONG));
    longs.append(7);
    longs.truncate(0);
    longs.appendNull();
    assertThat(longs.values()[0]).isZero();
    IntColumn ints = new IntColumn(ColumnSpec.optional("a", ColumnType.INT));
    ints.append(7);
    ints.truncate(0);
    ints.appendNull();
    assertThat(ints.values()[0]).isZero();
    DoubleColumn doubles = new DoubleColumn(ColumnSpec.optional("a", ColumnType.DOUBLE));
    doubles.append(7);
    doubles.truncate(0);
    doubles.appendNull();
    assertThat(doubles.values()[0]).isZero();
  }

  @ParameterizedTest
  @EnumSource(ColumnType.class)
  void aConstantColumnIsOneValueForEveryRow(ColumnType type) {
    Object value =
        switch (type) {
          case LONG, TIMESTAMP -> 7L;
          case INT -> 7;
          case DOUBLE -> 7.0;
          case STRING, BINARY -> "7".getBytes(UTF_8);
        };
    ConstantColumn column = new ConstantColumn(ColumnSpec.optional("a", type));
    ColumnBlock block = new ColumnBlock(TableSchema.of(column.spec()), List.of(column));
    column.set(value, 3);
    assertThat(block.rows()).isEqualTo(3);
    assertThat(column.nullCount()).isZero();
    assertThat(column.isNull(2)).isFalse();
    assertThat(new Values(block, 2).show(0))
        .isEqualTo(
            switch (type) {
              case LONG, INT, STRING -> "7";
              case DOUBLE -> "7.0";
              case TIMESTAMP -> "1970-01-01T00:00:00.000007Z";
              case BINARY -> "37";
            });

    column.set((Object) null, 2);
    assertThat(column.nullCount()).isEqualTo(2);
    assertThat(new Values(block, 1).get(0)).isNull();
    assertThat(new Values(block, 1).show(0)).isEqualTo("null");

    assertThatThrownBy(() -> column.set(new Object(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(column::appendNull).isInstanceOf(UnsupportedOperationException.class);
    block.clear();
    assertThat(block.rows()).isZero();
  }

  @Test
  void aBlockFollowsItsSchema() {
    ColumnSpec first = ColumnSpec.required("a", ColumnType.LONG);
    ColumnSpec second = ColumnSpec.optional("b", ColumnType.STRING);
    TableSchema schema = TableSchema.of(first).with(second);
    assertThat(ColumnBlock.create(schema).columns())
        .extracting(Column::spec)
        .containsExactly(first, second);
    assertThatThrownBy(
            () -> new ColumnBlock(schema, List.of(Column.create(second), Column.create(first))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(schema.indexOf("b")).isEqualTo(1);
    assertThatThrownBy(() -> schema.indexOf("c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column c");
  }
}
