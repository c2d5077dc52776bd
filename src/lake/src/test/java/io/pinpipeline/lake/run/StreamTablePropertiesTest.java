package io.pinpipeline.lake.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.arrival.KeyIndex;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.FailingStorage.Break;
import io.pinpipeline.lake.run.TestTopic.Row;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever is offered to the committer, in whatever order, whoever else writes to the tables and
 * whatever breaks: what the lake holds is right for the offsets that it says it covers, and all is
 * covered in the end.
 */
class StreamTablePropertiesTest {

  /** More keys than these are only a batch run's. */
  private static final int KEYS = 12;

  private static final List<Arrival> ANY = List.of(Arrival.values());

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void everyRecordCountsOnce(@ForAll Random random) throws IOException {
    Path folder = Files.createTempDirectory("stream-table");
    try (Storage storage = new LocalStorage()) {
      new Scenario(storage, Location.ofPath(folder), random).run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static final class Scenario {

    private final Storage storage;
    private final Location folder;
    private final Lake lake;
    private final Random random;
    private final TestTopic topic = new TestTopic();
    private final SortedMap<TopicPartition, Long> begin = new TreeMap<>();
    private final SortedMap<TopicPartition, Long> end = new TreeMap<>();

    /** How far workers have come. */
    private final SortedMap<TopicPartition, Long> read = new TreeMap<>();

    /** What is to be offered, or may be once more. */
    private final List<WrittenRange> written = new ArrayList<>();

    private final RunId stream;
    private StreamTable table;
    private int batches;

    Scenario(Storage storage, Location folder, Random random) throws IOException {
      this.storage = storage;
      this.folder = folder;
      this.lake = new Lake(folder.resolve("lake"));
      this.random = random;
      int partitions = 1 + random.nextInt(3);
      for (int partition = 0; partition < partitions; partition++) {
        long offset = random.nextInt(3);
        TopicPartition source = new TopicPartition(TestTopic.NAME, partition);
        begin.put(source, offset);
        read.put(source, offset);
        for (int records = random.nextInt(30); records > 0; records--) {
          offset += random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 0;
          if (random.nextInt(10) == 0) {
            topic.sendBad(partition, offset++);
          } else {
            topic.send(partition, offset++, random.nextInt(KEYS), random.nextInt(3));
          }
        }
        end.put(source, offset + random.nextInt(2));
      }
      stream = StreamTable.begin(storage, lake, TestTopic.DATASET, Map.of());
      table = open();
    }

    private StreamTable open() {
      return new StreamTable(
          lake,
          stream,
          TestTopic.DATASET.name(),
          begin,
          ChronoUnit.FOREVER.getDuration(),
          Clock.systemUTC());
    }

    void run() throws IOException {
      Map<Long, Row> before = Map.of();
      for (int step = 0; step < 8; step++) {
        work();
        interfere();
        commit();
        table.settle(storage);
        topic.requireTrue(storage, lake);
        Map<Long, Row> after = TestTopic.rows(storage, lake);
        assertThat(after).containsAllEntriesOf(before);
        before = after;
      }
      finish();
      topic.requireTrue(storage, lake);
      assertThat(TestTopic.rows(storage, lake)).containsAllEntriesOf(before);
    }

    /** Workers read on, most of the time; some read again what was read, or leave some out. */
    private void work() throws IOException {
      for (int ranges = random.nextInt(5); ranges > 0; ranges--) {
        List<TopicPartition> sources = List.copyOf(begin.keySet());
        TopicPartition source = sources.get(random.nextInt(sources.size()));
        long from =
            switch (random.nextInt(5)) {
              case 0 -> between(begin.get(source), read.get(source));
              case 1 -> between(read.get(source), end.get(source));
              default -> read.get(source);
            };
        long to = Math.min(end.get(source), from + 1 + random.nextInt(8));
        if (from < to) {
          TopicRange range = new TopicRange(source.topic(), source.partition(), from, to);
          written.add(topic.write(storage, lake, stream, range, knowledge()));
          if (from <= read.get(source)) {
            read.put(source, Math.max(read.get(source), to));
          }
        }
      }
    }

    private long between(long from, long to) {
      return from + random.nextInt((int) (to - from + 1));
    }

    /** What a worker knows: of its range alone, of keys that may have come, or wrong things. */
    private Arrivals knowledge() {
      KeyIndex index = new KeyIndex();
      switch (random.nextInt(4)) {
        case 0 -> {
          for (int key = 0; key < KEYS; key++) {
            index.put(key, random.nextInt(3), 0);
          }
        }
        case 1 -> {
          return (key, fingerprint) -> ANY.get(random.nextInt(ANY.size()));
        }
        case 2 ->
            written.forEach(
                range ->
                    range
                        .arrivals()
                        .forEach((key, fingerprint, arrival) -> index.put(key, fingerprint, 0)));
        default -> {}
      }
      return index.arrivals(0, 0);
    }

    private void interfere() throws IOException {
      switch (random.nextInt(8)) {
        case 0 -> TestTopic.optimize(storage, lake.silver(TestTopic.DATASET.name()));
        case 1 -> TestTopic.optimize(storage, lake.deadLetters());
        case 2 -> batch();
        case 3 -> table = open();
        default -> {}
      }
    }

    /** A batch run with keys that the table does not hold, some of which the topic holds too. */
    private void batch() throws IOException {
      Map<Long, Row> rows = TestTopic.rows(storage, lake);
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        long key = random.nextInt(KEYS + 4);
        if (!rows.containsKey(key)) {
          Row row = new Row(random.nextInt(3), null, lines.length());
          rows.put(key, row);
          lines.append("{\"ind\":" + key + ",\"age\":" + row.age() + "}\n");
        }
      }
      Location location = folder.resolve("input").resolve("user-" + batches++ + ".jsonl");
      try (StorageOutput out = storage.create(location)) {
        out.write(lines.toString().getBytes(UTF_8));
        out.finish();
      }
      StoredObject object = storage.stat(location);
      PlainRun.begin(storage, lake, RecordKind.USER, List.of(object), false)
          .write(storage, lake)
          .commit(storage);
    }

    /** Another committer of the same stream, such as one that was taken for dead. */
    private void commitElsewhere() throws IOException {
      open().commit(storage, written, this::rewrite);
    }

    private WrittenRange rewrite(TopicRange range, Arrivals arrivals) throws IOException {
      return topic.write(storage, lake, stream, range, arrivals);
    }

    private void commit() throws IOException {
      List<WrittenRange> offered = new ArrayList<>(written);
      Collections.shuffle(offered, random);
      int at = 1 + random.nextInt(8);
      Break kind = random.nextBoolean() ? Break.BEFORE : Break.AFTER;
      int fate = random.nextInt(6);
      FailingStorage failing = new FailingStorage(storage, fate < 2 ? at : 1000, kind);
      Storage through =
          fate == 2
              ? new PassedStorage(storage, at, () -> unchecked(this::batch))
              : fate == 3
                  ? new PassedStorage(storage, at, () -> unchecked(this::commitElsewhere))
                  : failing;
      try {
        StreamTable.Result result =
            table.commit(
                through,
                offered,
                (range, arrivals) -> topic.write(through, lake, stream, range, arrivals));
        if (random.nextBoolean()) {
          written.clear();
          written.addAll(result.leftOver());
        }
      } catch (IOException e) {
        assertThat(failing.broke()).as(e.getMessage()).isTrue();
        if (random.nextBoolean()) {
          table = open();
        }
        if (random.nextBoolean()) {
          restart();
        }
      }
    }

    private interface Action {
      void run() throws IOException;
    }

    private static void unchecked(Action action) {
      try {
        action.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The whole pipeline begins anew, from what the table covers. */
    private void restart() throws IOException {
      written.clear();
      Map<TopicPartition, OffsetIntervals> covered =
          CleanTable.open(storage, lake, TestTopic.DATASET).covered();
      read.replaceAll(
          (source, offset) ->
              covered
                  .getOrDefault(source, OffsetIntervals.NONE)
                  .endFrom(begin.getOrDefault(source, 0L)));
      table = open();
    }

    private void finish() throws IOException {
      restart();
      for (Map.Entry<TopicPartition, Long> source : read.entrySet()) {
        long to = end.get(source.getKey());
        if (source.getValue() < to) {
          TopicRange range =
              new TopicRange(TestTopic.NAME, source.getKey().partition(), source.getValue(), to);
          written.add(topic.write(storage, lake, stream, range, Arrivals.ALL_FIRST));
        }
      }
      assertThat(table.commit(storage, written, this::rewrite).leftOver()).isEmpty();
      Map<TopicPartition, OffsetIntervals> covered =
          CleanTable.open(storage, lake, TestTopic.DATASET).covered();
      end.forEach(
          (source, to) -> {
            OffsetIntervals expected =
                begin.get(source) < to
                    ? OffsetIntervals.NONE.plus(begin.get(source), to)
                    : OffsetIntervals.NONE;
            assertThat(covered.getOrDefault(source, OffsetIntervals.NONE)).isEqualTo(expected);
          });
    }
  }
}
