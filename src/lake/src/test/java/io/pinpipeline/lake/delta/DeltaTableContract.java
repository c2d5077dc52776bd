package io.pinpipeline.lake.delta;

import static io.pinpipeline.lake.delta.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Delta table promises on any storage. */
abstract class DeltaTableContract {

  private static final TableSchema SCHEMA =
      TableSchema.of(
          ColumnSpec.required("ind", ColumnType.LONG),
          ColumnSpec.optional("title", ColumnType.STRING),
          ColumnSpec.optional("age", ColumnType.INT),
          ColumnSpec.optional("at", ColumnType.TIMESTAMP),
          ColumnSpec.optional("coordinates.latitude", ColumnType.DOUBLE),
          ColumnSpec.optional("coordinates.longitude", ColumnType.DOUBLE),
          ColumnSpec.optional("raw", ColumnType.BINARY),
          ColumnSpec.optional("_rescued", ColumnType.STRING),
          ColumnSpec.optional("_source.object", ColumnType.STRING),
          ColumnSpec.optional("_source.offset", ColumnType.LONG));
  private static final TableSchema IND =
      TableSchema.of(ColumnSpec.required("ind", ColumnType.LONG));
  private static final Map<String, String> NO_PROPERTIES = Map.of();

  /** The storage under test. */
  abstract Storage storage();

  /** A new, empty location in it that ends in this name. */
  abstract Location location(String name) throws IOException;

  private DeltaTable table(String name) throws IOException {
    return DeltaTable.at(storage(), location(name));
  }

  private DataFile file(DeltaTable table, String path, long... values) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    LongStream.of(values).forEach(value -> rows.add(row(value)));
    return Rows.write(storage(), table.location(), path, IND, rows);
  }

  private static DeltaCommit creating(DeltaTable table) {
    return table.create(IND, List.of(), NO_PROPERTIES);
  }

  private static DeltaCommit updating(DeltaTable table) throws IOException {
    return table.update(latest(table));
  }

  private static TableSnapshot latest(DeltaTable table) throws IOException {
    return table.latest().orElseThrow();
  }

  private static List<Object> values(DeltaTable table) throws IOException {
    return Rows.read(latest(table).read(List.of("ind"))).stream().map(r -> r.get(0)).toList();
  }

  private void put(Location location, String text) throws IOException {
    try (StorageOutput output = storage().create(location)) {
      output.write(text.getBytes(StandardCharsets.UTF_8));
      output.finish();
    }
  }

  @Test
  void isAbsentBeforeItsFirstCommit() throws IOException {
    DeltaTable table = table("absent");
    assertThat(table.exists()).isFalse();
    assertThat(table.latest()).isEmpty();
    file(table, "orphan-of-a-failed-first-commit.parquet", 1);
    assertThat(table.latest()).isEmpty();
    creating(table).commit();
    assertThat(table.exists()).isTrue();
    assertThat(latest(table).size()).isEqualTo(new TableSize(0, 0, 0));
  }

  @Test
  void tellsWhichCommitAddedAFile() throws IOException {
    DeltaTable table = table("added");
    creating(table).add(file(table, "a b:0.parquet", 0)).commit();
    for (int version = 1; version <= 11; version++) {
      updating(table).add(file(table, version + ".parquet", version)).commit();
    }
    Instant now = Instant.now();
    for (ActiveFile file : latest(table).files()) {
      long version = Long.parseLong(file.path().replaceAll("a b:|\\.parquet", ""));
      TableCommit commit = latest(table).addedBy(file).orElseThrow();
      assertThat(commit.version()).isEqualTo(version);
      assertThat(commit.at()).isBetween(now.minusSeconds(600), now.plusSeconds(600));
    }

    // as programs clean a log up: the checkpoint of version 10 has the files
    storage().delete(table.location().resolve("_delta_log").resolve("%020d.json".formatted(0)));
    for (ActiveFile file : latest(table).files()) {
      assertThat(latest(table).addedBy(file).isPresent()).isEqualTo(!file.path().contains(":"));
    }
  }

  @Test
  void readsBackEveryTypeAndNull() throws IOException {
    DeltaTable table = table("types");
    List<Object> full =
        row(1L, "naïve 😍", 7, 1_598_586_767_123_456L, 1.5, -0.25, bytes(0, 255), "{}", "a/b", 9L);
    List<Object> nulls = row(2L, null, null, null, null, null, null, null, null, null);
    List<Object> partly = row(-3L, "", 0, -1L, null, 0.0, bytes(), null, null, Long.MAX_VALUE);
    DataFile file =
        Rows.write(storage(), table.location(), "a.parquet", SCHEMA, List.of(full, nulls, partly));
    table.create(SCHEMA, List.of(), NO_PROPERTIES).add(file).commit();

    TableSnapshot snapshot = latest(table);
    assertThat(snapshot.schema()).isEqualTo(SCHEMA);
    List<String> paths = SCHEMA.columns().stream().map(ColumnSpec::path).toList();
    assertThat(Rows.read(snapshot.read(paths)))
        .containsExactly(
            row(1L, "naïve 😍", 7, 1_598_586_767_123_456L, 1.5, -0.25, "\u0000ÿ", "{}", "a/b", 9L),
            nulls,
            row(-3L, "", 0, -1L, null, 0.0, "", null, null, Long.MAX_VALUE));
    assertThat(Rows.read(snapshot.read(List.of("_source.offset", "ind", "coordinates.longitude"))))
        .containsExactly(row(9L, 1L, -0.25), row(null, 2L, null), row(Long.MAX_VALUE, -3L, 0.0));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void appendsRemovesAndReplaces() throws IOException {
    DeltaTable table = table("changes");
    assertThat(creating(table).add(file(table, "1.parquet", 1, 2)).commit()).isZero();
    assertThat(updating(table).add(file(table, "2.parquet", 3)).commit()).isEqualTo(1);
    TableSnapshot before = latest(table);
    assertThat(values(table)).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(before.size().rows()).isEqualTo(3);
    assertThat(before.size().files()).isEqualTo(2);

    List<ActiveFile> second =
        before.files().stream().filter(file -> file.path().equals("2.parquet")).toList();
    assertThat(Rows.read(before.read(List.of("ind"), second))).containsExactly(row(3L));
    updating(table).remove(second).commit();
    assertThat(values(table)).containsExactlyInAnyOrder(1L, 2L);

    updating(table).replaceAll().add(file(table, "3.parquet", 9)).commit();
    assertThat(values(table)).containsExactly(9L);
    assertThat(latest(table).size().files()).isEqualTo(1);
    assertThat(before.version()).isEqualTo(1);
    assertThat(Rows.read(before.read(List.of("ind")))).hasSize(3);
  }

  @Test
  void keepsStatisticsVerbatim() throws IOException {
    DeltaTable table = table("statistics");
    DataFile plain = file(table, "a.parquet", 1);
    String statistics =
        "{\"numRecords\":1,\"minValues\":{\"ind\":1,\"at\":\"2020-08-28T03:52:47.123Z\"},"
            + "\"maxValues\":{\"ind\":1,\"at\":\"2020-08-28T03:52:47.124Z\"},"
            + "\"nullCount\":{\"ind\":0},\"unknown\":[\"\\u00e9\"]}";
    creating(table)
        .add(new DataFile(plain.path(), plain.size(), plain.modifiedMillis(), 1, statistics))
        .commit();
    ActiveFile file = latest(table).files().get(0);
    assertThat(file)
        .isEqualTo(
            new ActiveFile(
                "a.parquet", plain.size(), plain.modifiedMillis(), 1, Map.of(), statistics, null));
  }

  @Test
  void countsTheRowsOfFilesWithoutStatistics() throws IOException {
    DeltaTable table = table("uncounted");
    DataFile plain = file(table, "a.parquet", 1, 2, 3);
    creating(table).add(new DataFile("a.parquet", plain.size(), 0, 3, "{}")).commit();
    assertThat(latest(table).files().get(0).rows()).isEqualTo(ActiveFile.UNKNOWN_ROWS);
    assertThat(latest(table).size().rows()).isEqualTo(3);
  }

  @Test
  void readsPartitionColumns() throws IOException {
    DeltaTable table = table("partitions");
    TableSchema schema =
        IND.with(
            ColumnSpec.optional("country", ColumnType.STRING),
            ColumnSpec.optional("year", ColumnType.INT));
    java.util.HashMap<String, String> nowhere = new java.util.HashMap<>();
    nowhere.put("country", null);
    nowhere.put("year", "2021");
    table
        .create(schema, List.of("country", "year"), NO_PROPERTIES)
        .add(
            file(table, "country=Côte d'Ivoire/year=2020/a.parquet", 1),
            Map.of("country", "Côte d'Ivoire", "year", "2020"))
        .add(file(table, "b.parquet", 2), nowhere)
        .commit();
    TableSnapshot snapshot = latest(table);
    assertThat(snapshot.partitionColumns()).containsExactly("country", "year");
    assertThat(Rows.read(snapshot.read(List.of("country", "ind", "year"))))
        .containsExactlyInAnyOrder(row("Côte d'Ivoire", 1L, 2020), row(null, 2L, 2021));
    assertThat(snapshot.files())
        .extracting(ActiveFile::partitionValues)
        .containsExactlyInAnyOrder(Map.of("country", "Côte d'Ivoire", "year", "2020"), nowhere);
  }

  @Test
  void domainsOutliveCheckpoints() throws IOException {
    DeltaTable table = table("domains");
    table
        .create(IND, List.of(), Map.of("delta.checkpointInterval", "2"))
        .domain("pinpipeline.offsets", "{\"a\":[[0,10]]}")
        .domain("pinpipeline.other", "x")
        .commit();
    for (int i = 1; i <= 5; i++) {
      DeltaCommit commit = updating(table).add(file(table, i + ".parquet", i));
      if (i == 3) {
        commit.domain("pinpipeline.offsets", "{\"a\":[[0,20]]}");
      }
      commit.commit();
    }
    List<String> log = new ArrayList<>();
    storage()
        .listFolder(table.location().resolve("_delta_log"), "", o -> log.add(o.location().name()));
    assertThat(log)
        .contains("_last_checkpoint", "00000000000000000004.checkpoint.parquet")
        .contains("00000000000000000005.crc");
    storage().delete(table.location().resolve("_delta_log/00000000000000000005.crc"));
    storage().delete(table.location().resolve("_delta_log/00000000000000000004.crc"));
    storage().delete(table.location().resolve("_delta_log/00000000000000000000.json"));
    TableSnapshot snapshot = latest(table);
    assertThat(snapshot.domain("pinpipeline.offsets")).hasValue("{\"a\":[[0,20]]}");
    assertThat(snapshot.domain("pinpipeline.other")).hasValue("x");
    assertThat(snapshot.domain("pinpipeline.none")).isEmpty();
    assertThat(snapshot.properties()).containsEntry("delta.checkpointInterval", "2");
    assertThat(values(table)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void retainsWhatReadersOfEarlierVersionsNeedThroughCheckpoints() throws IOException {
    DeltaTable table = table("größe 100%25 a:b");
    table
        .create(
            IND,
            List.of(),
            Map.of(
                "delta.checkpointInterval", "1",
                "delta.deletedFileRetentionDuration", "interval 2 days"))
        .add(file(table, "removed a+b:c%.parquet", 1))
        .add(file(table, "stays a+b:c%.parquet", 2))
        .commit();
    updating(table)
        .remove(latest(table).files().stream().filter(f -> f.path().startsWith("removed")).toList())
        .commit();
    for (int i = 0; i < 3; i++) {
      updating(table).domain("d", "" + i).commit();
    }
    Instant now = Instant.now();
    assertThat(latest(table).retainedNames(now))
        .containsExactlyInAnyOrder("removed a+b:c%.parquet", "stays a+b:c%.parquet");
    assertThat(latest(table).retainedNames(now.plus(Duration.ofDays(1)))).hasSize(2);
    assertThat(latest(table).retainedNames(now.plus(Duration.ofDays(3))))
        .containsExactly("stays a+b:c%.parquet");
  }

  /**
   * As where expired commits are gone, and only a checkpoint tells what the last of them removed.
   */
  @Test
  void retainsWhatOnlyACheckpointTells() throws IOException {
    DeltaTable table = table("expired");
    table
        .create(IND, List.of(), Map.of("delta.checkpointInterval", "2"))
        .add(file(table, "removed.parquet", 1))
        .commit();
    updating(table).remove(latest(table).files()).commit();
    for (int i = 0; i < 2; i++) {
      updating(table).domain("d", "" + i).commit();
    }
    for (String name : List.of("00000000000000000000.json", "00000000000000000001.json")) {
      storage().delete(table.location().resolve("_delta_log/" + name));
    }
    assertThat(latest(table).retainedNames(Instant.now())).containsExactly("removed.parquet");
  }

  @Test
  void refusesACommitDecidedBeforeItsDomainWasSet() throws IOException {
    DeltaTable table = table("stale");
    creating(table).domain("d", "0").commit();
    TableSnapshot stale = latest(table);
    table.update(stale).add(file(table, "1.parquet", 1)).domain("d", "1").commit();
    updating(table).add(file(table, "2.parquet", 2)).commit();
    DeltaCommit late = table.update(stale).add(file(table, "late.parquet", 3)).domain("d", "1");
    CommitConflictException conflict =
        catchThrowableOfType(CommitConflictException.class, late::commit);
    assertThat(conflict.winningVersion()).isEqualTo(1);
    assertThat(conflict)
        .hasMessageContaining("set the domain d")
        .hasMessageContaining(table.location().uri());
    assertThat(values(table)).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void goesOnTopOfUnrelatedCommits() throws IOException {
    DeltaTable table = table("rebased");
    creating(table).add(file(table, "1.parquet", 1)).add(file(table, "2.parquet", 2)).commit();
    TableSnapshot old = latest(table);
    updating(table).add(file(table, "3.parquet", 3)).domain("other", "1").commit();
    updating(table)
        .remove(old.files())
        .add(file(table, "12.parquet", 1, 2))
        .rearrangesOnly()
        .kind(DeltaCommit.Kind.MAINTENANCE)
        .commit();
    assertThat(table.update(old).add(file(table, "4.parquet", 4)).domain("mine", "1").commit())
        .isEqualTo(3);
    assertThat(values(table)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    assertThat(latest(table).domain("other")).hasValue("1");
    assertThat(latest(table).domain("mine")).hasValue("1");
  }

  @Test
  void refusesToRemoveWhatIsGone() throws IOException {
    DeltaTable table = table("gone");
    creating(table).add(file(table, "1.parquet", 1)).commit();
    TableSnapshot old = latest(table);
    updating(table)
        .remove(old.files())
        .add(file(table, "1-again.parquet", 1))
        .rearrangesOnly()
        .commit();
    assertThatThrownBy(
            () -> table.update(old).remove(old.files()).add(file(table, "x.parquet", 9)).commit())
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("file to remove");
    assertThat(values(table)).containsExactly(1L);
  }

  @Test
  void replacingConflictsWithNewDataButNotWithRearrangedFiles() throws IOException {
    DeltaTable table = table("overwrite");
    creating(table).add(file(table, "1.parquet", 1)).commit();
    TableSnapshot old = latest(table);
    updating(table)
        .remove(old.files())
        .add(file(table, "1-again.parquet", 1))
        .rearrangesOnly()
        .commit();
    table.update(old).replaceAll().add(file(table, "2.parquet", 2)).commit();
    assertThat(values(table)).containsExactly(2L);

    TableSnapshot before = latest(table);
    updating(table).add(file(table, "3.parquet", 3)).commit();
    assertThatThrownBy(() -> table.update(before).replaceAll().commit())
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("changed data");
    assertThat(values(table)).containsExactlyInAnyOrder(2L, 3L);
  }

  @Test
  void oneOfTwoMakersWins() throws IOException {
    DeltaTable table = table("makers");
    DeltaCommit second = creating(table).add(file(table, "2.parquet", 2));
    creating(table).add(file(table, "1.parquet", 1)).commit();
    assertThatThrownBy(second::commit).isInstanceOf(CommitConflictException.class);
    assertThat(values(table)).containsExactly(1L);
  }

  @Test
  void concurrentCommittersOfTheirOwnDomainsAllWin() throws Exception {
    DeltaTable table = table("disjoint");
    table.create(IND, List.of(), Map.of("delta.checkpointInterval", "3")).commit();
    int writers = 4;
    int rounds = 3;
    Set<Long> versions =
        Set.copyOf(
            together(
                    writers,
                    writer -> {
                      List<Long> made = new ArrayList<>();
                      for (int round = 0; round < rounds; round++) {
                        made.add(
                            updating(table)
                                .add(file(table, writer + "-" + round + ".parquet", writer))
                                .domain("domain" + writer, "" + round)
                                .commit());
                      }
                      return made;
                    })
                .stream()
                .flatMap(List::stream)
                .toList());
    assertThat(versions).hasSize(writers * rounds);
    assertThat(latest(table).version()).isEqualTo((long) writers * rounds);
    assertThat(values(table)).hasSize(writers * rounds);
    for (int writer = 0; writer < writers; writer++) {
      assertThat(latest(table).domain("domain" + writer)).hasValue("2");
    }
  }

  @Test
  void ofConcurrentCommittersOfOneDomainOneWins() throws Exception {
    DeltaTable table = table("same");
    creating(table).domain("d", "none").commit();
    TableSnapshot decidedFrom = latest(table);
    List<Optional<Long>> outcomes =
        together(
            4,
            writer -> {
              try {
                return Optional.of(
                    table
                        .update(decidedFrom)
                        .add(file(table, writer + ".parquet", writer))
                        .domain("d", "writer " + writer)
                        .commit());
              } catch (CommitConflictException e) {
                assertThat(e.winningVersion()).isEqualTo(1);
                return Optional.empty();
              }
            });
    assertThat(outcomes.stream().flatMap(Optional::stream)).containsExactly(1L);
    long winner = IntStream.range(0, 4).filter(i -> outcomes.get(i).isPresent()).sum();
    assertThat(values(table)).containsExactly(winner);
    assertThat(latest(table).domain("d")).hasValue("writer " + winner);
  }

  private interface Work<T> {
    T run(int writer) throws Exception;
  }

  private static <T> List<T> together(int writers, Work<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(writers);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int writer = i;
        tasks.add(
            () -> {
              start.await();
              return work.run(writer);
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a table", "k=v", "100%25 %", "a+b", "größe-表-😍", "semi;comma,at@", "q?u#h"})
  void worksAtLocationsWithOddNames(String name) throws IOException {
    DeltaTable table = table(name);
    table
        .create(IND, List.of(), Map.of("delta.checkpointInterval", "1"))
        .add(file(table, name + "/" + name + ".parquet", 1))
        .commit();
    updating(table).add(file(table, "b:c.parquet", 2)).commit();
    updating(table).add(file(table, "d.parquet", 3)).commit();
    assertThat(values(table)).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(latest(table).files())
        .extracting(ActiveFile::path)
        .containsExactlyInAnyOrder(name + "/" + name + ".parquet", "b:c.parquet", "d.parquet");
    updating(table).remove(latest(table).files()).commit();
    assertThat(values(table)).isEmpty();
  }

  @Test
  void saysHowASchemaDiffers() throws IOException {
    DeltaTable table = table("schema");
    creating(table).commit();
    latest(table).requireSchema(IND);
    TableSchema expected = IND.with(ColumnSpec.optional("age", ColumnType.INT));
    assertThatThrownBy(() -> latest(table).requireSchema(expected))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("Missing: age INT")
        .hasMessageContaining(table.location().uri());
    TableSchema nullable = TableSchema.of(ColumnSpec.optional("ind", ColumnType.LONG));
    assertThatThrownBy(() -> latest(table).requireSchema(nullable))
        .hasMessageContaining("Missing: ind LONG.")
        .hasMessageContaining("Not expected: ind LONG required.");
  }

  @Test
  void refusesWhatIsNoDeltaTable() throws IOException {
    DeltaTable table = table("notes");
    put(table.location().resolve("sub/notes.txt"), "hello");
    assertThatThrownBy(table::latest)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("is not a Delta table")
        .hasMessageContaining("sub/notes.txt");
  }

  @Test
  void takesFilesBeforeTheFirstCommitForItsOwn() throws IOException {
    DeltaTable table = table("begun");
    put(table.location().resolve("written.snappy.parquet"), "rows");
    put(table.location().resolve("under-way.snappy.parquet-42cdfc2e"), "ro");
    put(table.location().resolve("_temporary/0"), "");
    assertThat(table.latest()).isEmpty();
  }

  @Test
  void refusesADamagedLog() throws IOException {
    DeltaTable table = table("damaged");
    put(table.location().resolve("_delta_log/00000000000000000000.json"), "{\"protocol\":{oops");
    assertThat(table.exists()).isTrue();
    assertThatThrownBy(table::latest)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void refusesALogWithAGap() throws IOException {
    DeltaTable table = table("gap");
    creating(table).commit();
    for (int i = 1; i <= 2; i++) {
      updating(table).add(file(table, i + ".parquet", i)).commit();
    }
    storage().delete(table.location().resolve("_delta_log/00000000000000000001.json"));
    assertThatThrownBy(table::latest)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void refusesALogWithoutVersions() throws IOException {
    DeltaTable table = table("versionless");
    put(table.location().resolve("_delta_log/notes"), "");
    assertThatThrownBy(table::latest)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("without any version");
  }

  /** Some stores show an upload beside its place, under a longer name, until it is finished. */
  @Test
  void isNoTableYetWhileItsFirstCommitIsBeingWritten() throws IOException {
    DeltaTable table = table("beginning");
    put(table.location().resolve("_delta_log/00000000000000000000.json3f2a"), "");
    assertThat(table.exists()).isFalse();
    assertThat(table.latest()).isEmpty();
    creating(table).add(file(table, "a.parquet", 1)).commit();
    assertThat(values(table)).containsExactly(1L);
  }

  @Test
  void refusesANewerProtocol() throws IOException {
    DeltaTable table = table("newer");
    creating(table).commit();
    Location first = table.location().resolve("_delta_log/00000000000000000000.json");
    String log = new String(storage().readAll(first), StandardCharsets.UTF_8);
    storage().delete(table.location().resolve("_delta_log/00000000000000000000.crc"));
    put(
        first,
        log.replaceFirst(
            "\"protocol\":\\{[^}]*}",
            "\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,"
                + "\"readerFeatures\":[\"telepathy\"],\"writerFeatures\":[\"telepathy\"]}"));
    assertThatThrownBy(table::latest)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("telepathy")
        .hasMessageNotContaining("damaged");
  }

  @Test
  void refusesColumnsOfTypesItDoesNotKnow() throws IOException {
    DeltaTable table = table("types");
    creating(table).commit();
    Location first = table.location().resolve("_delta_log/00000000000000000000.json");
    String log = new String(storage().readAll(first), StandardCharsets.UTF_8);
    storage().delete(table.location().resolve("_delta_log/00000000000000000000.crc"));
    put(first, log.replace("\\\"long\\\"", "\\\"date\\\""));
    assertThatThrownBy(table::latest)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("column ind of type date");
  }

  @Test
  void saysWhichDataFileIsMissing() throws IOException {
    DeltaTable table = table("missing");
    creating(table).add(file(table, "a.parquet", 1)).commit();
    storage().delete(table.location().resolve("a.parquet"));
    assertThatThrownBy(() -> values(table))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("a.parquet")
        .hasMessageContaining("though the table names it");
  }

  @Test
  void refusesToCreateUnknownDeltaProperties() throws IOException {
    DeltaTable table = table("properties");
    assertThatThrownBy(
            () -> table.create(IND, List.of(), Map.of("delta.checkpointInterval", "soon")).commit())
        .isInstanceOf(TableException.class)
        .hasMessageContaining("delta.checkpointInterval");
    assertThat(table.exists()).isFalse();
  }
}
