package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.parquet.ParquetSettings.Compression;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingDataFileWriterTest {

  private static final TableSchema SCHEMA = Tables.ALL_TYPES;

  @TempDir Path folder;

  @Test
  void endsFilesAtTheTargetSizeAndKeepsTheOrderOfRows() throws IOException {
    TableSchema schema = TableSchema.of(ColumnSpec.required("unique", ColumnType.STRING));
    Random random = new Random(3);
    List<List<Object>> table = new ArrayList<>();
    for (int row = 0; row < 20_000; row++) {
      table.add(List.of(new UUID(random.nextLong(), random.nextLong()).toString()));
    }
    ParquetSettings settings =
        new ParquetSettings(Compression.SNAPPY, 3, 5000, 1 << 20, 500, 1 << 20, 1 << 20);
    List<DataFile> files;
    try (RollingDataFileWriter writer = writer(schema, settings, 100_000)) {
      for (int from = 0; from < table.size(); from += 500) {
        writer.append(Tables.block(schema, table.subList(from, from + 500)));
      }
      files = writer.finish();
    }
    List<List<Object>> read = new ArrayList<>();
    for (DataFile file : files) {
      assertThat(file.path()).matches("part-run7-[0-9a-f-]{36}\\.snappy\\.parquet");
      read.addAll(Tables.read(folder.resolve(file.path()), schema));
    }
    assertThat(read.equals(table)).isTrue();
    assertThat(files).hasSizeGreaterThan(2);
    assertThat(files.subList(0, files.size() - 1))
        .allSatisfy(file -> assertThat(file.size()).isBetween(80_000L, 130_000L));
  }

  @Test
  void namesTheCodec() throws IOException {
    assertThat(oneFile(Compression.ZSTD).path()).endsWith(".zstd.parquet");
    assertThat(oneFile(Compression.UNCOMPRESSED).path()).matches("part-run7-[0-9a-f-]{36}.parquet");
  }

  @Test
  void writesNoFileWithoutRows() throws IOException {
    try (RollingDataFileWriter writer = writer(SCHEMA, ParquetSettings.DEFAULT, 1)) {
      writer.append(ColumnBlock.create(SCHEMA));
      assertThat(writer.finish()).isEmpty();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void throwsAwayTheUnfinishedFile() throws IOException {
    try (RollingDataFileWriter writer = writer(SCHEMA, ParquetSettings.DEFAULT, 1 << 30)) {
      writer.append(Tables.block(SCHEMA, Tables.random(SCHEMA, 10, 3)));
    }
    assertThat(folder).isEmptyDirectory();
  }

  private DataFile oneFile(Compression compression) throws IOException {
    try (RollingDataFileWriter writer =
        writer(SCHEMA, ParquetSettings.DEFAULT.with(compression), 1)) {
      writer.append(Tables.block(SCHEMA, Tables.random(SCHEMA, 10, 3)));
      return writer.finish().get(0);
    }
  }

  private RollingDataFileWriter writer(
      TableSchema schema, ParquetSettings settings, long targetBytes) {
    return new RollingDataFileWriter(
        new LocalStorage(), Location.ofPath(folder), schema, settings, "run7", targetBytes);
  }
}
