package io.pinpipeline.lake.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.FailingStorage.Break;
import io.pinpipeline.lake.run.TestTopic.Row;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamTableTest {

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /** More writes than any commit makes. */
  private static final int MANY = 100;

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();

  /** Two partitions: keys that repeat within each and across both, and a bad record. */
  private final TestTopic topic =
      new TestTopic()
          .send(0, 0, 1, 10)
          .send(0, 1, 1, 10)
          .send(0, 2, 2, 20)
          .sendBad(0, 3)
          .send(0, 6, 1, 11)
          .send(0, 7, 3, 30)
          .send(1, 0, 2, 20)
          .send(1, 1, 3, 31)
          .send(1, 2, 4, 40);

  private Lake lake(String name) {
    return new Lake(Location.ofPath(folder).resolve(name));
  }

  /** A lake with a stream, its workers and its committer. */
  private final class Stream {

    final Lake lake;
    final RunId id;
    final StreamTable table;
    final List<TopicRange> rewritten = new ArrayList<>();

    Stream(Lake lake) throws IOException {
      this(lake, new TreeMap<>(), FOREVER, Clock.systemUTC());
    }

    Stream(Lake lake, SortedMap<TopicPartition, Long> begin, Duration horizon, Clock clock)
        throws IOException {
      this.lake = lake;
      this.id = StreamTable.begin(storage, lake, TestTopic.DATASET, Map.of());
      this.table = new StreamTable(lake, id, TestTopic.DATASET.name(), begin, horizon, clock);
    }

    WrittenRange write(int partition, long from, long to) throws IOException {
      return write(range(partition, from, to), Arrivals.ALL_FIRST);
    }

    WrittenRange write(TopicRange range, Arrivals arrivals) throws IOException {
      return topic.write(storage, lake, id, range, arrivals);
    }

    StreamTable.Result commit(WrittenRange... ranges) throws IOException {
      return commit(storage, ranges);
    }

    StreamTable.Result commit(Storage through, WrittenRange... ranges) throws IOException {
      return table.commit(
          through,
          List.of(ranges),
          (range, arrivals) -> {
            rewritten.add(range);
            return topic.write(through, lake, id, range, arrivals);
          });
    }

    /** Takes all of the topic. */
    void commitAll() throws IOException {
      commit(write(0, 0, 8), write(1, 0, 3));
    }

    void requireAll() throws IOException {
      topic.requireTrue(storage, lake);
      assertThat(clean().covered().values())
          .containsExactly(OffsetIntervals.NONE.plus(0, 8), OffsetIntervals.NONE.plus(0, 3));
    }

    CleanTable clean() throws IOException {
      return CleanTable.open(storage, lake, TestTopic.DATASET);
    }
  }

  private static TopicRange range(int partition, long from, long to) {
    return new TopicRange(TestTopic.NAME, partition, from, to);
  }

  /** A range of a source that knows no offsets; its own word for 7 is m7. */
  private static TopicRange marked(long from, long to) {
    return marked(from, to, "m" + from);
  }

  private static TopicRange marked(long from, long to, String mark) {
    return new TopicRange(TestTopic.NAME, 0, from, to, new SourceMarks(mark, "m" + to));
  }

  private static Map<TopicPartition, String> marks(String mark) {
    return Map.of(new TopicPartition(TestTopic.NAME, 0), mark);
  }

  @Test
  void goesByTheMarksOfASourceWithoutOffsets() throws IOException {
    Lake lake = lake("lake");
    Stream stream = new Stream(lake);
    StreamTable.begin(storage, lake, TestTopic.DATASET, Map.of(), marks("m0"));
    StreamTable.begin(storage, lake, TestTopic.DATASET, Map.of(), marks("later"));
    assertThat(stream.clean().marks()).as("the first that it was told").isEqualTo(marks("m0"));

    stream.commit(stream.write(marked(0, 4), Arrivals.ALL_FIRST));
    assertThat(stream.clean().marks()).isEqualTo(marks("m4"));

    stream.rewritten.clear();
    stream.commit(stream.write(marked(2, 8), Arrivals.ALL_FIRST));
    assertThat(stream.rewritten).as("the rest, from where the table ends").contains(marked(4, 8));
    assertThat(stream.clean().marks()).isEqualTo(marks("m8"));
    assertThat(stream.clean().covered().values()).containsExactly(OffsetIntervals.NONE.plus(0, 8));
    topic.requireTrue(storage, lake);
  }

  @Test
  void refusesOffsetsThatWereCountedFromAnotherRecord() throws IOException {
    Lake lake = lake("lake");
    Stream stream = new Stream(lake);
    stream.commit(stream.write(marked(0, 4), Arrivals.ALL_FIRST));
    WrittenRange other = stream.write(marked(4, 8, "another"), Arrivals.ALL_FIRST);

    assertThatThrownBy(() -> stream.commit(other))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("ends in test.user-0 at m4")
        .hasMessageContaining("were read from another on");
    assertThat(stream.clean().marks()).isEqualTo(marks("m4"));
    topic.requireTrue(storage, lake);
  }

  private Books batch(Lake lake, String lines, boolean replace) throws IOException {
    Location location = lake.location().resolve("input").resolve("user.jsonl");
    try (StorageOutput out = storage.create(location)) {
      out.write(lines.getBytes(UTF_8));
      out.finish();
    }
    StoredObject object = storage.stat(location);
    return PlainRun.begin(storage, lake, RecordKind.USER, List.of(object), replace)
        .write(storage, lake)
        .commit(storage);
  }

  @Test
  void takesWhatItsWritersJudgedRightAsItIs() throws IOException {
    Stream stream = new Stream(lake("lake"));
    WrittenRange range = stream.write(1, 0, 3);
    StreamTable.Result result = stream.commit(range);
    assertThat(stream.rewritten).isEmpty();
    assertThat(result.books()).isEqualTo(range.books()).isEqualTo(stream.clean().books());
    assertThat(result.version()).hasValue(1);
    assertThat(result.oldestReadAtMillis()).hasValue(0);
    topic.requireTrue(storage, stream.lake);
  }

  @Test
  void writesAgainWhatItsWritersJudgedWrong() throws IOException {
    Stream stream = new Stream(lake("lake"));
    StreamTable.Result result = stream.commit(stream.write(1, 0, 3), stream.write(0, 0, 8));
    assertThat(stream.rewritten).containsExactly(range(0, 0, 8), range(1, 0, 3));
    assertThat(result.rewritten()).isEqualTo(2);
    stream.requireAll();
    assertThat(TestTopic.rows(storage, stream.lake))
        .containsOnlyKeys(1L, 2L, 3L, 4L)
        .containsEntry(3L, new Row(30, 0, 7));
    assertThat(TestTopic.deadLetters(storage, stream.lake))
        .containsExactlyInAnyOrder(
            "MALFORMED_JSON 0 3", "CONFLICTING_DUPLICATE 0 6", "CONFLICTING_DUPLICATE 1 1");
  }

  @Test
  void leavesOverWhatLiesBehindAHole() throws IOException {
    Stream stream = new Stream(lake("lake"));
    WrittenRange behind = stream.write(0, 3, 8);
    StreamTable.Result result = stream.commit(behind, stream.write(1, 0, 1));
    assertThat(result.leftOver()).containsExactly(behind);
    assertThat(result.dropped()).isZero();
    assertThat(stream.commit(behind).version()).isEmpty();
    assertThat(stream.commit(behind, stream.write(0, 0, 3), stream.write(1, 1, 3)).leftOver())
        .isEmpty();
    stream.requireAll();
  }

  @Test
  void dropsWhatItHasAndTakesTheRestOfAPart() throws IOException {
    Stream stream = new Stream(lake("lake"));
    WrittenRange first = stream.write(1, 0, 2);
    stream.commit(first);
    StreamTable.Result result = stream.commit(first, stream.write(1, 1, 3), stream.write(1, 0, 1));
    assertThat(stream.rewritten).containsExactly(range(1, 2, 3));
    assertThat(result.dropped()).isEqualTo(2);
    assertThat(stream.commit(first).version()).isEmpty();
    topic.requireTrue(storage, stream.lake);
  }

  /** As from an engine's checkpoint that is resumed after a vacuum. */
  @Test
  void writesAgainWhatWasVacuumedWhileItWaited() throws IOException {
    Lake lake = lake("lake");
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    Stream stream = new Stream(lake, new TreeMap<>(), FOREVER, later);
    WrittenRange there = stream.write(0, 0, 3);
    WrittenRange vacuumed = stream.write(0, 3, 4);
    WrittenRange alsoVacuumed = stream.write(1, 2, 3);
    for (DataFile file : vacuumed.deadLetters()) {
      storage.delete(lake.deadLetters().resolve(file.path()));
    }
    for (DataFile file : alsoVacuumed.clean()) {
      storage.delete(lake.silver(TestTopic.DATASET.name()).resolve(file.path()));
    }
    stream.commit(there);
    stream.commit(stream.write(1, 0, 2), vacuumed, alsoVacuumed);
    assertThat(stream.rewritten).contains(range(0, 3, 4), range(1, 2, 3));
    topic.requireTrue(storage, lake);
  }

  @Test
  void takesRangesWithoutRecords() throws IOException {
    Stream stream = new Stream(lake("lake"));
    stream.commit(stream.write(5, 0, 100), stream.write(5, 100, 101));
    assertThat(stream.clean().covered().get(new TopicPartition(TestTopic.NAME, 5)).intervals())
        .containsExactly(new OffsetIntervals.Interval(0, 101));
    assertThat(stream.clean().books()).isEqualTo(Books.NONE);
  }

  /** As where two streams began at different offsets. */
  @Test
  void fillsTheGapsBetweenWhatItHas() throws IOException {
    Lake lake = lake("lake");
    SortedMap<TopicPartition, Long> later =
        new TreeMap<>(Map.of(new TopicPartition(TestTopic.NAME, 0), 2L));
    Stream second = new Stream(lake, later, FOREVER, Clock.systemUTC());
    second.commit(second.write(0, 2, 4));
    Stream first = new Stream(lake);
    assertThat(first.id).isEqualTo(second.id);
    first.commit(first.write(0, 0, 8), first.write(1, 0, 3));
    assertThat(first.rewritten).startsWith(range(0, 0, 2), range(0, 4, 8));
    first.requireAll();
  }

  @Test
  void refusesBooksThatDoNotBalance() throws IOException {
    Stream stream = new Stream(lake("lake"));
    WrittenRange range = stream.write(1, 0, 3);
    WrittenRange one = stream.write(1, 0, 1);
    for (WrittenRange wrong :
        List.of(
            new WrittenRange(
                range.dataset(),
                range.range(),
                4,
                0,
                range.clean(),
                List.of(),
                new TreeMap<>(),
                range.arrivals(),
                0),
            new WrittenRange(
                range.dataset(),
                range.range(),
                1,
                0,
                one.clean(),
                List.of(),
                new TreeMap<>(),
                range.arrivals(),
                0))) {
      assertThatThrownBy(() -> stream.commit(wrong))
          .isInstanceOf(TableException.class)
          .hasMessageContaining("do not balance");
    }
    assertThat(TestTopic.rows(storage, stream.lake)).isEmpty();
  }

  @Test
  void refusesOtherVerdictsThanItGave() throws IOException {
    Stream stream = new Stream(lake("lake"));
    WrittenRange wrong = stream.write(range(1, 0, 3), (key, fingerprint) -> Arrival.DUPLICATE);
    assertThatThrownBy(
            () -> stream.table.commit(storage, List.of(wrong), (range, arrivals) -> wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("with other verdicts");
    assertThat(TestTopic.rows(storage, stream.lake)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void aCommitThatBreaksAnywhereCountsOnce(Break kind) throws IOException {
    for (int write = 1; write <= MANY; write++) {
      Stream broken = new Stream(lake("lake-" + write));
      broken.commit(broken.write(0, 0, 4));
      FailingStorage failing = new FailingStorage(storage, write, kind);
      try {
        broken.commit(failing, broken.write(0, 4, 8), broken.write(1, 0, 3));
      } catch (IOException e) {
        assertThat(failing.broke()).isTrue();
      }
      for (LakeBooks books : LakeBooks.read(storage, broken.lake)) {
        assertThat(books.faults()).as("broken at write %s", write).isEmpty();
      }
      // the same committer goes on, or another does
      Stream next = write % 2 == 0 ? broken : new Stream(broken.lake);
      next.table.settle(storage);
      topic.requireTrue(storage, next.lake);
      TestTopic.optimize(storage, next.lake.deadLetters());
      next.commitAll();
      next.requireAll();
      if (!failing.broke()) {
        assertThat(write).isGreaterThan(4);
        return;
      }
    }
    throw new AssertionError("a commit makes more than " + MANY + " writes");
  }

  @Test
  void twoCommittersThatPassEachOtherCountEachRecordOnce() throws IOException {
    passing(
        lake -> {
          Stream other = new Stream(lake);
          other.commit(other.write(1, 0, 2), other.write(0, 0, 3));
        });
  }

  @Test
  void goesOnBehindABatchRunThatComesBetween() throws IOException {
    passing(
        lake -> {
          boolean first = !TestTopic.rows(storage, lake).containsKey(4L);
          batch(lake, "{\"ind\":" + (first ? 4 : 8) + ",\"age\":41}\n", false);
        });
  }

  @Test
  void goesOnWhereFilesAreRearrangedMeanwhile() throws IOException {
    passing(
        lake -> {
          TestTopic.optimize(storage, lake.silver(TestTopic.DATASET.name()));
          TestTopic.optimize(storage, lake.deadLetters());
        });
  }

  private interface OtherWriter {
    void write(Lake lake) throws IOException;
  }

  /** Has another write before each of a commit's writes. */
  private void passing(OtherWriter other) throws IOException {
    for (int write = 1; write <= MANY; write++) {
      Stream stream = new Stream(lake("lake-" + write));
      stream.commit(stream.write(0, 0, 1));
      PassedStorage passed =
          new PassedStorage(
              storage,
              write,
              () -> {
                try {
                  other.write(stream.lake);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      stream.commit(passed, stream.write(0, 1, 8), stream.write(1, 0, 3));
      stream.requireAll();
      stream.commitAll();
      stream.requireAll();
      if (!passed.happened()) {
        assertThat(write).isGreaterThan(4);
        return;
      }
    }
    throw new AssertionError("a commit makes more than " + MANY + " writes");
  }

  @Test
  void aFullRefreshEndsTheStreamAndItsDeadLetters() throws IOException {
    Stream stream = new Stream(lake("lake"));
    stream.commitAll();
    batch(stream.lake, "{\"ind\":4,\"age\":41}\n", true);
    assertThat(TestTopic.deadLetters(storage, stream.lake)).isEmpty();
    assertThat(stream.clean().covered()).isEmpty();
    assertThat(stream.clean().streamId()).isEmpty();
    WrittenRange more = stream.write(1, 3, 4);
    assertThatThrownBy(() -> stream.commit(more))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("does not hold the stream " + stream.id)
        .hasMessageContaining("full refresh");

    Stream next = new Stream(stream.lake);
    assertThat(next.id).isNotEqualTo(stream.id);
    assertThatThrownBy(() -> stream.commit(more)).hasMessageContaining("but " + next.id);
    next.commitAll();
    next.requireAll();
    assertThat(TestTopic.deadLetters(storage, next.lake)).contains("CONFLICTING_DUPLICATE 1 2");
  }

  /** Only a full refresh ends a stream: a run that adds rows must leave its letters alone. */
  @Test
  void aBatchRunLeavesTheStreamsDeadLetters() throws IOException {
    Stream stream = new Stream(lake("lake"));
    stream.commitAll();
    Books books = batch(stream.lake, "{\"ind\":9,\"age\":90}\n", false);
    stream.requireAll();
    assertThat(stream.clean().books()).isEqualTo(stream.clean().streamBooks().plus(books));
  }

  @Test
  void aStaleBatchRunFails() throws IOException {
    Stream stream = new Stream(lake("lake"));
    Location location = stream.lake.location().resolve("input").resolve("user.jsonl");
    try (StorageOutput out = storage.create(location)) {
      out.write("{\"ind\":4,\"age\":41}\n".getBytes(UTF_8));
      out.finish();
    }
    PlainRun run =
        PlainRun.begin(
                storage, stream.lake, RecordKind.USER, List.of(storage.stat(location)), false)
            .write(storage, stream.lake);
    stream.commitAll();
    assertThatThrownBy(() -> run.commit(storage)).isInstanceOf(TableException.class);
    stream.requireAll();
  }

  @Test
  void takesRowsAgainThatWereDeleted() throws IOException {
    Stream stream = new Stream(lake("lake"));
    stream.commit(stream.write(0, 7, 8), stream.write(0, 0, 3));
    DeltaTable table = DeltaTable.at(storage, stream.lake.silver(TestTopic.DATASET.name()));
    TableSnapshot snapshot = table.latest().orElseThrow();
    table.update(snapshot).remove(snapshot.files()).commit();
    stream.commit(stream.write(1, 0, 3));
    assertThat(TestTopic.rows(storage, stream.lake)).containsEntry(2L, new Row(20, 1, 0));
  }

  /** The committer remembers it, or reads it from the table. */
  @Test
  void forgetsKeysBehindTheHorizon() throws IOException {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
    for (int days : new int[] {1, 3}) {
      Stream stream = new Stream(lake("lake-" + days));
      stream.commit(stream.write(0, 0, 3));
      Stream next = new Stream(stream.lake, new TreeMap<>(), Duration.ofDays(days), later);
      StreamTable.Result result = next.commit(next.write(1, 0, 1));
      assertThat(result.books().clean()).isEqualTo(days == 1 ? 1 : 0);
      assertThat(result.rewritten()).isEqualTo(days == 1 ? 0 : 1);
    }
  }

  @Test
  void tellsTheDeadLettersThatMayNotBeInTheirTable() throws IOException {
    Stream stream = new Stream(lake("lake"));
    WrittenRange range = stream.write(0, 3, 4);
    WrittenRange before = stream.write(0, 0, 3);
    assertThat(stream.clean().pendingDeadLetters()).isEmpty();
    stream.commit(before, range);
    assertThat(stream.clean().pendingDeadLetters())
        .containsExactlyElementsOf(range.deadLetters().stream().map(DataFile::path).toList());
    stream.commit(stream.write(1, 0, 1));
    assertThat(stream.clean().pendingDeadLetters()).isEmpty();
  }

  @Test
  void readsAStateFromBeforeThereWereStreams() throws IOException {
    String json =
        "{\"runs\":[\"a\"],\"ledgers\":[\"b\"],\"books\":{\"read\":1,\"clean\":1,\"duplicates\":0,"
            + "\"deadLetters\":0,\"deadLettersByCode\":{}},\"last\":null}";
    CleanState state = Json.reader(CleanState.class).readValue(json);
    assertThat(state.stream()).isNull();
    assertThat(state.toJson()).isEqualTo(json);
  }

  @Test
  void writesAStateThatItReads() throws IOException {
    Stream stream = new Stream(lake("lake"));
    stream.commitAll();
    TableSnapshot table =
        DeltaTable.at(storage, stream.lake.silver(TestTopic.DATASET.name())).latest().orElseThrow();
    CleanState state = CleanState.of(table);
    assertThat(state.toJson())
        .isEqualTo(table.domain(CleanState.DOMAIN).orElseThrow())
        .contains("\"offsets\":{\"test.user\":{\"0\":[[0,8]],\"1\":[[0,3]]}},\"commits\":1");
  }
}
