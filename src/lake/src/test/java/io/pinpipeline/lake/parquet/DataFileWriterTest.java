package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.ConstantColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.parquet.ParquetSettings.Compression;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileWriterTest {

  private static final ParquetSettings SMALL =
      new ParquetSettings(Compression.SNAPPY, 3, 700, 1 << 20, 50, 2000, 3000);

  /** Shared: what one file leaves must not be seen in the next. */
  private static final RowGroupPool ROW_GROUPS = new RowGroupPool();

  @TempDir Path folder;

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatWasWrittenAndTellsTrueBounds(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3000) int rows,
      @ForAll @IntRange(min = 1, max = 3000) int rowsInBlock,
      @ForAll("settings") ParquetSettings settings)
      throws IOException {
    Path target = Files.createTempDirectory("parquet");
    try {
      TableSchema schema = Tables.ALL_TYPES;
      List<List<Object>> table = Tables.random(schema, rows, seed);
      DataFile file = Tables.write(target, schema, settings, rowsInBlock, table);
      Path path = target.resolve(file.path());

      assertSameRows(Tables.read(path, schema), table);
      assertThat(file.rows()).isEqualTo(rows);
      assertThat(file.size()).isEqualTo(Files.size(path));
      assertFooterIsTrue(path, schema, table);
      assertDeltaStatisticsAreTrue(file, schema, table);
      assertColumnIndexIsTrue(path, schema, table);
    } finally {
      deleteAll(target);
    }
  }

  @Provide
  Arbitrary<ParquetSettings> settings() {
    return Combinators.combine(
            Arbitraries.of(Compression.class),
            Arbitraries.of(100, 1500, 1_000_000),
            Arbitraries.of(2_000L, 100_000L, 32L << 20),
            Arbitraries.of(1, 50, 200, 20_000),
            Arbitraries.of(10, 1000, 1 << 20),
            Arbitraries.of(0, 500, 1 << 20))
        .as(
            (compression, groupRows, groupBytes, pageRows, pageBytes, dictionary) ->
                new ParquetSettings(
                    compression, 3, groupRows, groupBytes, pageRows, pageBytes, dictionary));
  }

  /** Says which row differs, and not all of them. */
  private static void assertSameRows(List<List<Object>> actual, List<List<Object>> expected) {
    for (int row = 0; row < Math.min(actual.size(), expected.size()); row++) {
      if (!actual.get(row).equals(expected.get(row))) {
        assertThat(actual.get(row)).as("row %s", row).isEqualTo(expected.get(row));
      }
    }
    assertThat(actual.size()).isEqualTo(expected.size());
  }

  private static void assertFooterIsTrue(Path path, TableSchema schema, List<List<Object>> table)
      throws IOException {
    int from = 0;
    for (BlockMetaData rowGroup : footer(path).getBlocks()) {
      int to = from + (int) rowGroup.getRowCount();
      for (int i = 0; i < schema.size(); i++) {
        List<Object> values = column(table.subList(from, to), i);
        Statistics<?> statistics = rowGroup.getColumns().get(i).getStatistics();
        assertThat(statistics.getNumNulls()).isEqualTo(Collections.frequency(values, null));
        boolean bounded = schema.column(i).type() != ColumnType.BINARY && !allNull(values);
        assertThat(statistics.hasNonNullValue()).isEqualTo(bounded);
        if (bounded) {
          assertBounds(statistics.genericGetMin(), values, statistics.genericGetMax());
        }
      }
      from = to;
    }
    assertThat(from).isEqualTo(table.size());
  }

  private static void assertDeltaStatisticsAreTrue(
      DataFile file, TableSchema schema, List<List<Object>> table) throws IOException {
    JsonNode statistics = new ObjectMapper().readTree(file.statistics());
    assertThat(statistics.get("numRecords").longValue()).isEqualTo(table.size());
    for (int i = 0; i < schema.size(); i++) {
      ColumnSpec column = schema.column(i);
      List<Object> values = column(table, i);
      String pointer = "/" + column.path().replace('.', '/');
      assertThat(statistics.get("nullCount").at(pointer).longValue())
          .isEqualTo(Collections.frequency(values, null));
      JsonNode min = statistics.get("minValues").at(pointer);
      JsonNode max = statistics.get("maxValues").at(pointer);
      if (column.type() == ColumnType.BINARY || allNull(values)) {
        assertThat(min.isMissingNode() && max.isMissingNode()).isTrue();
        continue;
      }
      assertBounds(deltaValue(column.type(), min), values, deltaValue(column.type(), max));
    }
  }

  private static Object deltaValue(ColumnType type, JsonNode node) {
    return switch (type) {
      case LONG -> node.longValue();
      case INT -> node.intValue();
      case DOUBLE -> node.doubleValue();
      case STRING, BINARY -> node.textValue();
      case TIMESTAMP -> {
        Instant instant = Instant.parse(node.textValue());
        yield instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
      }
    };
  }

  private static void assertColumnIndexIsTrue(
      Path path, TableSchema schema, List<List<Object>> table) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
      int firstRow = 0;
      for (BlockMetaData rowGroup : reader.getFooter().getBlocks()) {
        int rows = (int) rowGroup.getRowCount();
        for (int i = 0; i < schema.size(); i++) {
          ColumnChunkMetaData chunk = rowGroup.getColumns().get(i);
          ColumnIndex pages = reader.readColumnIndex(chunk);
          OffsetIndex offsets = reader.readOffsetIndex(chunk);
          ColumnType type = schema.column(i).type();
          if (type == ColumnType.BINARY) {
            assertThat(pages).isNull();
            continue;
          }
          for (int page = 0; page < offsets.getPageCount(); page++) {
            int from = firstRow + (int) offsets.getFirstRowIndex(page);
            int to = firstRow + (int) offsets.getLastRowIndex(page, rows) + 1;
            List<Object> values = column(table.subList(from, to), i);
            assertThat(pages.getNullCounts().get(page))
                .isEqualTo(Collections.frequency(values, null));
            assertThat(pages.getNullPages().get(page)).isEqualTo(allNull(values));
            if (!allNull(values)) {
              Object min = decode(type, pages.getMinValues().get(page));
              Object max = decode(type, pages.getMaxValues().get(page));
              assertBounds(min, values, max);
            }
          }
        }
        firstRow += rows;
      }
    }
  }

  private static Object decode(ColumnType type, ByteBuffer bytes) {
    ByteBuffer ordered = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case LONG, TIMESTAMP -> ordered.getLong();
      case INT -> ordered.getInt();
      case DOUBLE -> ordered.getDouble();
      case STRING, BINARY -> Binary.fromConstantByteBuffer(ordered);
    };
  }

  private static void assertBounds(Object min, List<Object> values, Object max) {
    for (Object value : values) {
      if (value != null && (compare(min, value) > 0 || compare(max, value) < 0)) {
        throw new AssertionError(value + " is not within " + min + " and " + max);
      }
    }
  }

  private static int compare(Object bound, Object value) {
    if (value instanceof String text) {
      byte[] bytes = bound instanceof Binary binary ? binary.getBytes() : utf8((String) bound);
      return Arrays.compareUnsigned(bytes, utf8(text));
    }
    if (value instanceof Double number) {
      return Double.compare((Double) bound, number);
    }
    return Long.compare(((Number) bound).longValue(), ((Number) value).longValue());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void givesUpADictionaryThatDoesNotPay() throws IOException {
    TableSchema schema =
        TableSchema.of(
            ColumnSpec.required("unique", ColumnType.STRING),
            ColumnSpec.required("category", ColumnType.STRING),
            ColumnSpec.required("key", ColumnType.LONG));
    List<List<Object>> table = new ArrayList<>();
    for (long i = 0; i < 30_000; i++) {
      table.add(List.of(new UUID(i, i).toString(), "category " + i % 13, i));
    }
    DataFile file = Tables.write(folder, schema, ParquetSettings.DEFAULT, 1000, table);

    List<ColumnChunkMetaData> chunks =
        footer(folder.resolve(file.path())).getBlocks().get(0).getColumns();
    assertThat(chunks.get(0).getEncodings()).doesNotContain(Encoding.RLE_DICTIONARY);
    assertThat(chunks.get(0).hasDictionaryPage()).isFalse();
    assertThat(chunks.get(1).getEncodings())
        .containsExactlyInAnyOrder(Encoding.PLAIN, Encoding.RLE, Encoding.RLE_DICTIONARY);
    assertThat(chunks.get(1).getEncodingStats().hasNonDictionaryEncodedPages()).isFalse();
    assertThat(chunks.get(2).hasDictionaryPage()).isFalse();
    assertSameRows(Tables.read(folder.resolve(file.path()), schema), table);
  }

  @Test
  void keepsPagesOfADictionaryThatFillsUpLate() throws IOException {
    TableSchema schema = TableSchema.of(ColumnSpec.required("text", ColumnType.STRING));
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      table.add(List.of("the same few values " + (i < 200 ? i % 3 : i)));
    }
    DataFile file = Tables.write(folder, schema, SMALL, 100, table);

    ColumnChunkMetaData chunk =
        footer(folder.resolve(file.path())).getBlocks().get(0).getColumns().get(0);
    assertThat(chunk.getEncodingStats().hasDictionaryEncodedPages()).isTrue();
    assertThat(chunk.getEncodingStats().hasNonDictionaryEncodedPages()).isTrue();
    assertSameRows(Tables.read(folder.resolve(file.path()), schema), table);
  }

  @Test
  void readersFindRowsThroughTheIndexes() throws IOException {
    TableSchema schema = Tables.ALL_TYPES;
    List<List<Object>> table = Tables.random(schema, 1300, 11);
    DataFile file = Tables.write(folder, schema, SMALL, 100, table);
    List<Object> row = table.get(640);
    int text = schema.indexOf("text");
    int offset = schema.indexOf("source.offset");
    int payload = schema.indexOf("payload");

    assertSameRows(
        where(
            file,
            FilterApi.eq(
                FilterApi.binaryColumn("text"), Binary.fromString((String) row.get(text)))),
        table.stream().filter(each -> row.get(text).equals(each.get(text))).toList());
    assertSameRows(
        where(file, FilterApi.eq(FilterApi.longColumn("source.offset"), (Long) row.get(offset))),
        table.stream().filter(each -> row.get(offset).equals(each.get(offset))).toList());
    assertSameRows(
        where(file, FilterApi.notEq(FilterApi.binaryColumn("payload"), null)),
        table.stream().filter(each -> each.get(payload) != null).toList());
  }

  private List<List<Object>> where(DataFile file, FilterPredicate filter) throws IOException {
    return Tables.read(folder.resolve(file.path()), Tables.ALL_TYPES, FilterCompat.get(filter));
  }

  @Test
  void constantColumnsReadAsAnyOther() throws IOException {
    TableSchema schema = Tables.ALL_TYPES;
    List<List<Object>> table = new ArrayList<>();
    DataFile file;
    try (DataFileWriter writer = writer(schema, SMALL)) {
      for (int block = 0; block < 7; block++) {
        List<Object> row = Tables.random(schema, 1, block).get(0);
        List<ConstantColumn> columns = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
          ConstantColumn column = new ConstantColumn(schema.column(i));
          Object value = row.get(i);
          column.set(
              value instanceof String text ? Tables.bytes(schema.column(i).type(), text) : value,
              321);
          columns.add(column);
        }
        writer.append(new ColumnBlock(schema, columns));
        table.addAll(Collections.nCopies(321, row));
      }
      file = writer.finish();
    }
    assertSameRows(Tables.read(folder.resolve(file.path()), schema), table);
    assertFooterIsTrue(folder.resolve(file.path()), schema, table);
    assertColumnIndexIsTrue(folder.resolve(file.path()), schema, table);
  }

  @Test
  void valuesLargerThanAPageOrADictionary() throws IOException {
    TableSchema schema =
        TableSchema.of(
            ColumnSpec.optional("text", ColumnType.STRING),
            ColumnSpec.optional("again", ColumnType.STRING),
            ColumnSpec.optional("raw", ColumnType.BINARY));
    ColumnBlock block = ColumnBlock.create(schema);
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      table.add(
          Arrays.asList(
              (i + "é").repeat(5000), "same".repeat(2000), i % 2 == 0 ? "ff".repeat(9000) : null));
    }
    Tables.fill(block, table);
    DataFile file;
    try (DataFileWriter writer = writer(schema, SMALL)) {
      writer.append(block);
      file = writer.finish();
    }
    assertSameRows(Tables.read(folder.resolve(file.path()), schema), table);
    assertFooterIsTrue(folder.resolve(file.path()), schema, table);
    assertDeltaStatisticsAreTrue(file, schema, table);
  }

  @Test
  void tellsDeltaWhatItsProtocolWants() throws IOException {
    TableSchema schema =
        TableSchema.of(
            ColumnSpec.required("ind", ColumnType.LONG),
            ColumnSpec.optional("title", ColumnType.STRING),
            ColumnSpec.optional("followers", ColumnType.INT),
            ColumnSpec.optional("place.latitude", ColumnType.DOUBLE),
            ColumnSpec.optional("place.longitude", ColumnType.DOUBLE),
            ColumnSpec.optional("seen", ColumnType.TIMESTAMP),
            ColumnSpec.optional("raw", ColumnType.BINARY));
    long micros = 1_638_448_833_000_000L;
    DataFile file =
        Tables.write(
            folder,
            schema,
            SMALL,
            10,
            List.of(
                Arrays.asList(1L, "x".repeat(40), 5, 1.5, null, micros + 1, "00"),
                Arrays.asList(2L, null, -7, -2.25, null, micros + 999_999, null)));
    assertThat(file.statistics())
        .isEqualTo(
            """
            {"numRecords":2,\
            "minValues":{"ind":1,"title":"%1$s","followers":-7,"place":{"latitude":-2.25},\
            "seen":"2021-12-02T12:40:33.000Z"},\
            "maxValues":{"ind":2,"title":"%1$s\u007f","followers":5,"place":{"latitude":1.5},\
            "seen":"2021-12-02T12:40:34.000Z"},\
            "nullCount":{"ind":0,"title":1,"followers":0,"place":{"latitude":0,"longitude":2},\
            "seen":0,"raw":1}}"""
                .formatted("x".repeat(32)));
  }

  @Test
  void keepsRowGroupsSmall() throws IOException {
    TableSchema schema = TableSchema.of(ColumnSpec.required("unique", ColumnType.STRING));
    List<List<Object>> table =
        IntStream.range(0, 50_000)
            .mapToObj(i -> List.<Object>of(new UUID(i * 0x9E3779B97F4A7C15L, i * 77L).toString()))
            .toList();
    ParquetSettings settings =
        new ParquetSettings(Compression.UNCOMPRESSED, 3, 1 << 30, 200_000, 1000, 1 << 20, 1 << 20);
    DataFile file = Tables.write(folder, schema, settings, 7000, table);
    List<BlockMetaData> rowGroups = footer(folder.resolve(file.path())).getBlocks();
    assertThat(rowGroups)
        .hasSizeBetween(8, 11)
        .allSatisfy(group -> assertThat(group.getCompressedSize()).isLessThan(250_000));
  }

  @Test
  void compressesWhatGetsSmaller() throws IOException {
    TableSchema schema =
        TableSchema.of(
            ColumnSpec.required("hash", ColumnType.LONG),
            ColumnSpec.required("words", ColumnType.STRING));
    List<List<Object>> table =
        IntStream.range(0, 50_000)
            .mapToObj(
                i ->
                    List.<Object>of(
                        (i + 1) * 0x9E3779B97F4A7C15L * i, "how we make the most of spring " + i))
            .toList();
    DataFile file = Tables.write(folder, schema, ParquetSettings.DEFAULT, 7000, table);
    assertThat(footer(folder.resolve(file.path())).getBlocks())
        .allSatisfy(
            group ->
                assertThat(group.getColumns())
                    .extracting(ColumnChunkMetaData::getCodec)
                    .containsExactly(
                        CompressionCodecName.UNCOMPRESSED, CompressionCodecName.SNAPPY));
    assertThat(Tables.read(folder.resolve(file.path()), schema)).isEqualTo(table);
  }

  @Test
  void estimatesTheSize() throws IOException {
    TableSchema schema = Tables.ALL_TYPES;
    try (DataFileWriter writer = writer(schema, ParquetSettings.DEFAULT)) {
      ColumnBlock block = Tables.block(schema, Tables.random(schema, 60_000, 5));
      writer.append(block);
      long estimate = writer.bytes();
      assertThat((double) writer.finish().size() / estimate).isBetween(0.7, 1.3);
    }
  }

  @Test
  void leavesNothingWhenItIsNotFinished() throws IOException {
    try (DataFileWriter writer = writer(Tables.ALL_TYPES, SMALL)) {
      writer.append(Tables.block(Tables.ALL_TYPES, Tables.random(Tables.ALL_TYPES, 2000, 1)));
      assertThat(writer.rows()).isEqualTo(2000);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void neverWritesAFileWithoutRows() throws IOException {
    try (DataFileWriter writer = writer(Tables.ALL_TYPES, SMALL)) {
      writer.append(ColumnBlock.create(Tables.ALL_TYPES));
      assertThatThrownBy(writer::finish).hasMessageContaining("no rows for part-0.parquet");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesANullWhereAValueIsRequired() throws IOException {
    TableSchema schema = TableSchema.of(ColumnSpec.required("id", ColumnType.LONG));
    ColumnBlock block = ColumnBlock.create(schema);
    block.column(0).appendNull();
    try (DataFileWriter writer = writer(schema, SMALL)) {
      assertThatThrownBy(() -> writer.append(block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("id is required");
    }
  }

  @Test
  void refusesABlockOfAnotherSchema() throws IOException {
    TableSchema other = TableSchema.of(ColumnSpec.required("id", ColumnType.LONG));
    try (DataFileWriter writer = writer(Tables.ALL_TYPES, SMALL)) {
      assertThatThrownBy(() -> writer.append(ColumnBlock.create(other)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesSchemasThatItCannotWrite() {
    ColumnSpec deep = ColumnSpec.optional("a.b.c", ColumnType.LONG);
    assertThatThrownBy(() -> writer(TableSchema.of(deep), SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.b.c");
    TableSchema torn =
        TableSchema.of(
            ColumnSpec.optional("a.b", ColumnType.LONG),
            ColumnSpec.optional("c", ColumnType.LONG),
            ColumnSpec.optional("a.d", ColumnType.LONG));
    assertThatThrownBy(() -> writer(torn, SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("next to each other");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theBlockMayBeUsedAgain() throws IOException {
    TableSchema schema =
        TableSchema.of(
            ColumnSpec.required("id", ColumnType.LONG),
            ColumnSpec.required("text", ColumnType.STRING));
    ColumnBlock block = ColumnBlock.create(schema);
    DataFile file;
    try (DataFileWriter writer = writer(schema, ParquetSettings.DEFAULT)) {
      for (long i = 0; i < 3; i++) {
        block.clear();
        ((LongColumn) block.column(0)).append(i);
        ((BytesColumn) block.column(1)).append("text " + i);
        writer.append(block);
      }
      file = writer.finish();
    }
    assertThat(Tables.read(folder.resolve(file.path()), schema))
        .containsExactly(List.of(0L, "text 0"), List.of(1L, "text 1"), List.of(2L, "text 2"));
  }

  private DataFileWriter writer(TableSchema schema, ParquetSettings settings) throws IOException {
    return new DataFileWriter(
        new LocalStorage(),
        Location.ofPath(folder),
        "part-0.parquet",
        schema,
        settings,
        ROW_GROUPS);
  }

  private static ParquetMetadata footer(Path path) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
      return reader.getFooter();
    }
  }

  private static List<Object> column(List<List<Object>> rows, int column) {
    List<Object> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.get(column)));
    return values;
  }

  private static boolean allNull(List<Object> values) {
    return values.stream().allMatch(value -> value == null);
  }

  private static void deleteAll(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(target);
  }
}
