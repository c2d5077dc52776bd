package io.pinpipeline.lake.delta;

import static io.pinpipeline.lake.delta.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose logs other programs have written to. */
class ForeignTableTest {

  private static final TableSchema IND =
      TableSchema.of(ColumnSpec.required("ind", ColumnType.LONG));

  /** The example of Delta's protocol: rows 3, 4, 7, 11, 18 and 29 are deleted. */
  private static final byte[] DELETED =
      Base85Codec.decodeBytes("^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", 44);

  private static final UUID VECTOR = UUID.fromString("5b6b1b44-2f43-4f4d-9a5c-5a0f2f4e9a01");

  private final Storage storage = new LocalStorage();
  private Path folder;
  private DeltaTable table;

  @BeforeEach
  void start(@TempDir Path temporary) {
    // Kernel finds deletion vectors in another way than data files.
    folder = temporary.resolve("größe 100%25");
    table = DeltaTable.at(storage, Location.ofPath(folder));
  }

  private void commitByHand(long version, String... actions) throws IOException {
    Path log = Files.createDirectories(folder.resolve("_delta_log"));
    Files.writeString(
        log.resolve(String.format("%020d.json", version)), String.join("\n", actions) + "\n");
  }

  private static String metadata(String fields, String properties) {
    String schema = "{\"type\":\"struct\",\"fields\":[" + fields + "]}";
    return "{\"metaData\":{\"id\":\"x\",\"format\":{\"provider\":\"parquet\",\"options\":{}},"
        + "\"partitionColumns\":[],\"schemaString\":\""
        + schema.replace("\"", "\\\"")
        + "\",\"configuration\":{"
        + properties
        + "},\"createdTime\":0}}";
  }

  private static String add(DataFile file, String more) {
    return "{\"add\":{\"path\":\""
        + file.path()
        + "\",\"partitionValues\":{},\"size\":"
        + file.size()
        + ",\"modificationTime\":0,\"dataChange\":true,\"stats\":\""
        + file.statistics().replace("\"", "\\\"")
        + "\""
        + more
        + "}}";
  }

  private DataFile thirtyRows() throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    LongStream.range(0, 30).forEach(i -> rows.add(row(i)));
    return Rows.write(storage, table.location(), "thirty.parquet", IND, rows);
  }

  private DataFile deletedFrom() throws IOException {
    DataFile file = thirtyRows();
    commitByHand(
        0,
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,"
            + "\"readerFeatures\":[\"deletionVectors\"],"
            + "\"writerFeatures\":[\"deletionVectors\",\"domainMetadata\"]}}",
        metadata(
            "{\"name\":\"ind\",\"type\":\"long\",\"nullable\":false,\"metadata\":{}}",
            "\"delta.enableDeletionVectors\":\"true\""),
        add(file, ""));
    return file;
  }

  private void markDeleted(DataFile file) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(DELETED);
    Files.write(
        folder.resolve("deletion_vector_" + VECTOR + ".bin"),
        ByteBuffer.allocate(9 + DELETED.length)
            .put((byte) 1)
            .putInt(DELETED.length)
            .put(DELETED)
            .putInt((int) checksum.getValue())
            .array());
    commitByHand(
        1,
        "{\"remove\":{\"path\":\""
            + file.path()
            + "\",\"deletionTimestamp\":0,\"dataChange\":true,\"size\":"
            + file.size()
            + "}}",
        add(
            file,
            ",\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\""
                + Base85Codec.encodeUUID(VECTOR)
                + "\",\"offset\":1,\"sizeInBytes\":"
                + DELETED.length
                + ",\"cardinality\":6}"));
  }

  private TableSnapshot latest() throws IOException {
    return table.latest().orElseThrow();
  }

  @Test
  void leavesOutDeletedRows() throws IOException {
    markDeleted(deletedFrom());
    assertThat(latest().size().rows()).isEqualTo(24);
    assertThat(latest().files().get(0).deletionVector()).isNotNull();
    assertThat(Rows.read(latest().read(List.of("ind"))))
        .hasSize(24)
        .contains(row(0L), row(28L))
        .doesNotContain(row(3L), row(4L), row(7L), row(11L), row(18L), row(29L));
  }

  @Test
  void removesFilesWithTheirDeletedRows() throws IOException {
    markDeleted(deletedFrom());
    table.update(latest()).remove(latest().files()).commit();
    assertThat(latest().size()).isEqualTo(new TableSize(0, 0, 0));
  }

  @Test
  void retainsDeletionVectors() throws IOException {
    DataFile file = deletedFrom();
    markDeleted(file);
    String vector = "deletion_vector_" + VECTOR + ".bin";
    assertThat(latest().retainedNames(Instant.now()))
        .containsExactlyInAnyOrder(file.path(), vector);
    table.update(latest()).remove(latest().files()).commit();
    assertThat(latest().retainedNames(Instant.now()))
        .containsExactlyInAnyOrder(file.path(), vector);
    assertThat(latest().retainedNames(Instant.now().plus(Duration.ofDays(8)))).isEmpty();
  }

  @Test
  void retainsFilesThatTheLogNamesByUri() throws IOException {
    DataFile file = deletedFrom();
    String uri = table.location().path().resolve("file a.parquet").toUri().toString();
    commitByHand(1, add(file, "").replace(file.path(), uri));
    assertThat(latest().retainedNames(Instant.now()))
        .containsExactlyInAnyOrder(file.path(), "file a.parquet");
  }

  @Test
  void saysNotWhatIsRetainedWhereItDoesNotKnowAllFeatures() throws IOException {
    commitByHand(
        0,
        "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,"
            + "\"writerFeatures\":[\"madeOfStars\"]}}",
        metadata("{\"name\":\"ind\",\"type\":\"long\",\"nullable\":false,\"metadata\":{}}", ""));
    TableSnapshot snapshot = latest();
    assertThatThrownBy(() -> snapshot.retainedNames(Instant.now()))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("Cannot vacuum the table " + table.location())
        .hasMessageContaining("madeOfStars");
  }

  @Test
  void refusesToRemoveAFileThatRowsWereDeletedFromSince() throws IOException {
    DataFile file = deletedFrom();
    TableSnapshot before = latest();
    markDeleted(file);
    assertThatThrownBy(() -> table.update(before).remove(before.files()).commit())
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("changed a file to remove");
  }

  @Test
  void appendsToATableWithDeletedRows() throws IOException {
    markDeleted(deletedFrom());
    DataFile more = Rows.write(storage, table.location(), "more.parquet", IND, List.of(row(100L)));
    table.update(latest()).add(more).domain("d", "1").commit();
    assertThat(latest().size().rows()).isEqualTo(25);
    assertThat(Rows.read(latest().read(List.of("ind")))).hasSize(25).contains(row(100L));
  }

  @Test
  void readsRenamedColumnsAndRefusesToWriteThem() throws IOException {
    TableSchema physical =
        TableSchema.of(
            ColumnSpec.optional("col-1", ColumnType.STRING),
            ColumnSpec.optional("col-2.col-3", ColumnType.LONG));
    DataFile file =
        Rows.write(
            storage, table.location(), "a.parquet", physical, List.of(row("ä", 5L), row(null, 6L)));
    String mapping =
        "\"metadata\":{\"delta.columnMapping.id\":%d,"
            + "\"delta.columnMapping.physicalName\":\"col-%d\"}}";
    commitByHand(
        0,
        "{\"protocol\":{\"minReaderVersion\":2,\"minWriterVersion\":5}}",
        metadata(
            "{\"name\":\"title\",\"type\":\"string\",\"nullable\":true,"
                + String.format(mapping, 1, 1)
                + ",{\"name\":\"_source\",\"type\":{\"type\":\"struct\",\"fields\":["
                + "{\"name\":\"offset\",\"type\":\"long\",\"nullable\":true,"
                + String.format(mapping, 3, 3)
                + "]},\"nullable\":true,"
                + String.format(mapping, 2, 2),
            "\"delta.columnMapping.mode\":\"name\",\"delta.columnMapping.maxColumnId\":\"3\""),
        add(file, ""));
    assertThat(Rows.read(latest().read(List.of("_source.offset", "title"))))
        .containsExactly(row(5L, "ä"), row(6L, null));
    assertThatThrownBy(() -> table.update(latest()).add(file).commit())
        .isInstanceOf(TableException.class)
        .hasMessageContaining("column mapping");
  }

  @Test
  void conflictsWithAChangeOfTheSchema() throws IOException {
    deletedFrom();
    TableSnapshot before = latest();
    commitByHand(
        1,
        metadata(
            "{\"name\":\"ind\",\"type\":\"long\",\"nullable\":false,\"metadata\":{}},"
                + "{\"name\":\"new\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}}",
            ""));
    assertThatThrownBy(() -> table.update(before).domain("d", "1").commit())
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("schema");
    assertThat(Rows.read(latest().read(List.of("new", "ind")))).hasSize(30).contains(row(null, 7L));
  }
}
