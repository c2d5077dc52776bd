package io.pinpipeline.lake.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.ArrivalLog;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A topic of users in memory, the workers that clean it, and what the lake must hold of it: the
 * model that the committer is held against.
 */
final class TestTopic {

  static final Dataset<?> DATASET = Datasets.named("user");
  static final String NAME = "test.user";

  /**
   * What is sent.
   *
   * @param key null for a record that cannot be cleaned
   * @param age the content
   */
  private record Sent(@Nullable Long key, int age) {

    byte[] bytes() {
      return (key == null ? "{" : "{\"ind\":" + key + ",\"age\":" + age + "}").getBytes(UTF_8);
    }
  }

  /** A row of the clean table; the partition is null where a batch run wrote it. */
  record Row(int age, @Nullable Integer partition, long offset) {}

  private final Map<Integer, SortedMap<Long, Sent>> partitions = new TreeMap<>();

  /** Sends a record; the offsets of a partition ascend. */
  TestTopic send(int partition, long offset, long key, int age) {
    return send(partition, offset, new Sent(key, age));
  }

  /** Sends a record that cannot be cleaned. */
  TestTopic sendBad(int partition, long offset) {
    return send(partition, offset, new Sent(null, 0));
  }

  private TestTopic send(int partition, long offset, Sent sent) {
    partitions.computeIfAbsent(partition, number -> new TreeMap<>()).put(offset, sent);
    return this;
  }

  /** Cleans and writes a range, as a worker does. */
  WrittenRange write(Storage storage, Lake lake, RunId stream, TopicRange range, Arrivals arrivals)
      throws IOException {
    ArrivalLog.Builder log = new ArrivalLog.Builder(arrivals);
    try (CleanBatch.Reader blocks =
            new CleanBatch(read(range)).open(DATASET.cleaner(Clock.systemUTC()), log);
        RollingDataFileWriter clean =
            new RollingDataFileWriter(
                storage,
                lake.silver(DATASET.name()),
                DATASET.schema(),
                ParquetSettings.DEFAULT,
                stream.cleanFileTag(),
                RollingDataFileWriter.DEFAULT_TARGET_BYTES);
        RollingDataFileWriter deadLetters =
            new RollingDataFileWriter(
                storage,
                lake.deadLetters(),
                DeadLetterTable.SCHEMA,
                ParquetSettings.DEFAULT,
                stream.deadLetterFileTag(DATASET.name()),
                RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      long records = 0;
      long duplicates = 0;
      SortedMap<String, Long> codes = new TreeMap<>();
      for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
        clean.append(block.rows());
        block.stampRun(stream.value());
        deadLetters.append(block.deadLetters());
        records += block.records();
        duplicates += block.duplicates();
        BytesColumn code =
            (BytesColumn)
                block.deadLetters().column(DeadLetterTable.SCHEMA.indexOf(DeadLetterTable.CODE));
        for (int row = 0; row < code.size(); row++) {
          codes.merge(code.string(row), 1L, Long::sum);
        }
      }
      return new WrittenRange(
          DATASET.name(),
          range,
          records,
          duplicates,
          clean.finish(),
          deadLetters.finish(),
          codes,
          log.build(),
          range.from());
    }
  }

  private HeldBatch read(TopicRange range) {
    SortedMap<Long, Sent> sent =
        partitions
            .getOrDefault(range.partition(), new TreeMap<>())
            .subMap(range.from(), range.to());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] ends =
        sent.values().stream()
            .mapToInt(
                record -> {
                  bytes.writeBytes(record.bytes());
                  return bytes.size();
                })
            .toArray();
    long[] offsets = sent.keySet().stream().mapToLong(Long::longValue).toArray();
    RawBlock block = new RawBlock();
    block.setRecords(
        NAME,
        range.partition(),
        bytes.toByteArray(),
        0,
        new RawBlock.Bounds(ends.length, ends, offsets));
    return new HeldBatch(DATASET.name(), 0, Repeats.NONE, List.of(block));
  }

  /** The rows of the clean table, by key. */
  static Map<Long, Row> rows(Storage storage, Lake lake) throws IOException {
    Map<Long, Row> rows = new HashMap<>();
    Optional<TableSnapshot> table = DeltaTable.at(storage, lake.silver(DATASET.name())).latest();
    if (table.isPresent()) {
      try (TableReader reader =
          table.get().read(List.of("ind", "age", Lineage.PARTITION, Lineage.OFFSET))) {
        while (reader.next()) {
          for (int row = 0; row < reader.block().rows(); row++) {
            Values values = new Values(reader.block(), row);
            Row one =
                new Row(Objects.requireNonNull(values.intAt(1)), values.intAt(2), values.longAt(3));
            assertThat(rows.put(values.longAt(0), one))
                .as("rows with the key %s", values.longAt(0))
                .isNull();
          }
        }
      }
    }
    return rows;
  }

  /** The dead letters that count, in no order. */
  static List<String> deadLetters(Storage storage, Lake lake) throws IOException {
    List<String> columns =
        List.of(DeadLetterTable.DATASET, DeadLetterTable.CODE, Lineage.PARTITION, Lineage.OFFSET);
    List<String> letters = new ArrayList<>();
    Optional<TableSnapshot> table = DeltaTable.at(storage, lake.deadLetters()).latest();
    if (table.isPresent()) {
      try (TableReader reader = CountedDeadLetters.read(storage, lake, table.get(), columns)) {
        while (reader.next()) {
          for (int row = 0; row < reader.block().rows(); row++) {
            Values values = new Values(reader.block(), row);
            letters.add(
                letter(
                    String.valueOf(values.get(1)),
                    Objects.requireNonNull(values.intAt(2)),
                    values.longAt(3)));
          }
        }
      }
    }
    return letters;
  }

  private static String letter(String code, int partition, long offset) {
    return code + " " + partition + " " + offset;
  }

  /**
   * Checks that a settled lake holds what is right for the offsets that its table covers: of each
   * key one row, the first of its partition; dead letters of all bad records and of those with
   * other content; and books that say so.
   */
  void requireTrue(Storage storage, Lake lake) throws IOException {
    CleanTable table = CleanTable.open(storage, lake, DATASET);
    Map<Long, Row> rows = rows(storage, lake);
    List<String> letters = new ArrayList<>();
    SortedMap<String, Long> codes = new TreeMap<>();
    long read = 0;
    long clean = 0;
    long duplicates = 0;
    for (Map.Entry<TopicPartition, OffsetIntervals> source : table.covered().entrySet()) {
      int partition = source.getKey().partition();
      for (OffsetIntervals.Interval interval : source.getValue().intervals()) {
        for (Map.Entry<Long, Sent> entry :
            partitions
                .getOrDefault(partition, new TreeMap<>())
                .subMap(interval.from(), interval.to())
                .entrySet()) {
          read++;
          long offset = entry.getKey();
          Sent sent = entry.getValue();
          RejectionCode code = null;
          if (sent.key() == null) {
            code = RejectionCode.MALFORMED_JSON;
          } else {
            Row row = rows.get(sent.key());
            assertThat(row).as("the row of %s", sent).isNotNull();
            boolean samePartition = Objects.equals(row.partition(), partition);
            if (samePartition && row.offset() == offset) {
              clean++;
              assertThat(row.age()).isEqualTo(sent.age());
            } else {
              assertThat(samePartition && row.offset() > offset)
                  .as("%s is behind %s at %s", row, sent, offset)
                  .isFalse();
              if (row.age() == sent.age()) {
                duplicates++;
              } else {
                code = RejectionCode.CONFLICTING_DUPLICATE;
              }
            }
          }
          if (code != null) {
            letters.add(letter(code.name(), partition, offset));
            codes.merge(code.name(), 1L, Long::sum);
          }
        }
      }
    }
    assertThat(rows.values().stream().filter(row -> row.partition() != null)).hasSize((int) clean);
    assertThat(deadLetters(storage, lake)).containsExactlyInAnyOrderElementsOf(letters);
    assertThat(table.streamBooks())
        .isEqualTo(new Books(read, clean, duplicates, letters.size(), codes));
  }

  /** As the OPTIMIZE of another engine: one file for all, under a name that tells nothing. */
  static void optimize(Storage storage, Location location) throws IOException {
    DeltaTable table = DeltaTable.at(storage, location);
    Optional<TableSnapshot> snapshot = table.latest();
    if (snapshot.isEmpty()) {
      return;
    }
    List<DataFile> files;
    try (TableReader rows =
            snapshot
                .get()
                .read(
                    IntStream.range(0, snapshot.get().schema().size())
                        .mapToObj(column -> snapshot.get().schema().column(column).path())
                        .toList());
        RollingDataFileWriter writer =
            new RollingDataFileWriter(
                storage,
                location,
                snapshot.get().schema(),
                ParquetSettings.DEFAULT,
                "00000",
                RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      while (rows.next()) {
        writer.append(rows.block());
      }
      files = writer.finish();
    }
    DeltaCommit commit = table.update(snapshot.get()).remove(snapshot.get().files());
    files.forEach(commit::add);
    commit.rearrangesOnly().kind(DeltaCommit.Kind.MAINTENANCE).commit();
  }
}
