package io.pinpipeline.pipelines.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.CountedDeadLetters;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.run.StreamTable;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.RangeSource;
import io.pinpipeline.transforms.CleanRecords;
import io.pinpipeline.transforms.RawBatchCoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the sink of a stream makes of records, in whatever order and however often they come. */
@Timeout(120)
class StreamSinkTest {

  private static final Dataset<?> USERS = Datasets.named("user");
  private static final String TOPIC = "posts.user";
  private static final java.time.Duration COMMIT = java.time.Duration.ofSeconds(10);

  /** Longer than records are gathered before they are committed. */
  private static final Duration A_COMMIT = Duration.standardSeconds(20);

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  /** Of each partition: who was sent. */
  private static final Map<Integer, List<String>> SENT =
      Map.of(
          0,
          List.of(
              user(1, "Ann"),
              user(2, "Bea"),
              user(1, "Ann"), // a duplicate
              "{", // no JSON
              user(2, "Zoe"), // in conflict with Bea
              user(3, "Cleo"),
              user(3, "Cleo"),
              user(4, "Dora")),
          1,
          List.of(user(10, "Eve"), user(11, "Fay"), user(4, "Dora"), user(10, "Eve")));

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();
  private Lake lake;
  private RunId stream;

  @BeforeEach
  void begin() throws IOException {
    lake = new Lake(Location.ofPath(folder.resolve("lake")));
    stream = StreamTable.begin(storage, lake, USERS, Map.of());
  }

  private static String user(int ind, String name) {
    return "{\"ind\":" + ind + ",\"first_name\":\"" + name + "\",\"last_name\":\"Lee\"}";
  }

  /** The records of a range, as the reader of a topic gathers them. */
  private static RawBatch batch(int partition, long from, long to) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> sent = SENT.get(partition).subList((int) from, (int) to);
    int[] ends = new int[sent.size()];
    long[] offsets = new long[sent.size()];
    for (int i = 0; i < ends.length; i++) {
      bytes.writeBytes(sent.get(i).getBytes(UTF_8));
      ends[i] = bytes.size();
      offsets[i] = from + i;
    }
    RawBlock block = new RawBlock();
    block.setRecords(
        TOPIC, partition, bytes.toByteArray(), 0, new RawBlock.Bounds(ends.length, ends, offsets));
    return new HeldBatch("user", new TopicRange(TOPIC, partition, from, to), List.of(block));
  }

  private static TestStream.Builder<RawBatch> batches() {
    return TestStream.create(RawBatchCoder.of()).advanceWatermarkTo(NOON);
  }

  /** Runs a stream to its end; its counters. */
  private Map<String, Long> run(TestStream<RawBatch> batches) {
    RangeSource again = (dataset, range) -> batch(range.partition(), range.from(), range.to());
    return run(batches, again);
  }

  private Map<String, Long> run(TestStream<RawBatch> batches, RangeSource again) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setTargetParallelism(1);
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply(batches)
        .apply(CleanRecords.create())
        .apply(
            DeltaSink.to(
                new StreamWrites(
                    lake,
                    RunId.beginning(java.time.Instant.now()),
                    Map.of("user", stream),
                    new TreeMap<>(),
                    again,
                    ChronoUnit.FOREVER.getDuration(),
                    COMMIT,
                    new FileForm(
                        ParquetSettings.Compression.SNAPPY,
                        RollingDataFileWriter.DEFAULT_TARGET_BYTES))));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    Map<String, Long> counters = new TreeMap<>();
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.inNamespace(DeltaSink.METRICS))
                    .build())
            .getCounters()) {
      counters.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    return counters;
  }

  private CleanTable clean() throws IOException {
    return CleanTable.open(storage, lake, USERS);
  }

  /** What the table must hold, whatever happened on the way. */
  private void requireAll() throws IOException {
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "1 Ann Lee 0:0",
            "2 Bea Lee 0:1",
            "3 Cleo Lee 0:5",
            "4 Dora Lee 0:7",
            "10 Eve Lee 1:0",
            "11 Fay Lee 1:1");
    requireBooks();
    assertThat(letters())
        .containsExactlyInAnyOrder("MALFORMED_JSON 0:3", "CONFLICTING_DUPLICATE 0:4");
  }

  private void requireBooks() throws IOException {
    assertThat(clean().books())
        .isEqualTo(
            new Books(
                12,
                6,
                4,
                2,
                new TreeMap<>(Map.of("MALFORMED_JSON", 1L, "CONFLICTING_DUPLICATE", 1L))));
    assertThat(covered()).isEqualTo("posts.user-0 to 8, posts.user-1 to 4");
  }

  private String covered() throws IOException {
    List<String> ends = new ArrayList<>();
    clean().covered().forEach((at, covered) -> ends.add(at + " to " + covered.endFrom(0)));
    return String.join(", ", ends);
  }

  private List<String> rows() throws IOException {
    List<String> rows = new ArrayList<>();
    try (TableReader reader =
        clean()
            .snapshot()
            .orElseThrow()
            .read(List.of("ind", "user_name", Lineage.PARTITION, Lineage.OFFSET))) {
      while (reader.next()) {
        for (int row = 0; row < reader.block().rows(); row++) {
          Values values = new Values(reader.block(), row);
          rows.add(
              "%d %s %d:%d"
                  .formatted(
                      values.longAt(0), values.stringAt(1), values.intAt(2), values.longAt(3)));
        }
      }
    }
    return rows;
  }

  private List<String> letters() throws IOException {
    List<String> letters = new ArrayList<>();
    var table = DeltaTable.at(storage, lake.deadLetters()).latest();
    if (table.isPresent()) {
      List<String> columns =
          DeadLetterTable.SCHEMA.columns().stream().map(ColumnSpec::path).toList();
      try (TableReader reader = CountedDeadLetters.read(storage, lake, table.get(), columns)) {
        while (reader.next()) {
          for (int row = 0; row < reader.block().rows(); row++) {
            DeadLetter letter = DeadLetter.read(reader.block(), row);
            assertThat(letter.run()).isEqualTo(stream.value());
            letters.add(letter.code() + " " + letter.partition() + ":" + letter.offset());
          }
        }
      }
    }
    return letters;
  }

  private long versions() throws IOException {
    return clean().snapshot().orElseThrow().version();
  }

  @Test
  void commitsWhatComesInTime() throws Exception {
    Map<String, Long> counters =
        run(
            batches()
                .addElements(batch(0, 0, 4))
                .advanceProcessingTime(A_COMMIT)
                .advanceWatermarkTo(NOON.plus(Duration.standardMinutes(1)))
                .addElements(batch(0, 4, 8), batch(1, 0, 2))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(1, 2, 4))
                .advanceProcessingTime(A_COMMIT)
                .advanceWatermarkToInfinity());
    requireAll();
    assertThat(counters).containsEntry("user.commits", 3L).containsEntry("user.read", 12L);
    assertThat(counters.getOrDefault("user.rangesDropped", 0L)).isZero();
    assertThat(versions()).isEqualTo(3);
  }

  @Test
  void commitsNothingBeforeItsTime() throws Exception {
    Map<String, Long> counters =
        run(
            batches()
                .addElements(batch(0, 0, 4))
                .advanceProcessingTime(Duration.standardSeconds(1))
                .addElements(batch(0, 4, 8))
                .advanceProcessingTime(Duration.standardSeconds(1))
                .addElements(batch(1, 0, 4))
                .advanceProcessingTime(A_COMMIT)
                .advanceWatermarkToInfinity());
    requireAll();
    assertThat(counters).as("all of them together").containsEntry("user.commits", 1L);
  }

  @Test
  void takesWhatComesLate() throws Exception {
    run(
        batches()
            .addElements(batch(0, 0, 4))
            .advanceWatermarkTo(NOON.plus(Duration.standardDays(1)))
            .advanceProcessingTime(A_COMMIT)
            // of a day ago, as the watermark has it
            .addElements(TimestampedValue.of(batch(0, 4, 8), NOON.minus(Duration.millis(1))))
            .addElements(
                TimestampedValue.of(batch(1, 0, 4), NOON.minus(Duration.standardSeconds(1))))
            .advanceProcessingTime(A_COMMIT)
            .advanceWatermarkToInfinity());
    requireAll();
  }

  @Test
  void takesOnceWhatComesTwice() throws Exception {
    Map<String, Long> counters =
        run(
            batches()
                .addElements(batch(0, 0, 4), batch(0, 0, 4), batch(1, 0, 4))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(0, 0, 4), batch(0, 4, 8), batch(0, 4, 8))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(1, 0, 4), batch(0, 4, 8))
                .advanceProcessingTime(A_COMMIT)
                .advanceWatermarkToInfinity());
    // Dora came in partition 1 first
    assertThat(rows()).contains("4 Dora Lee 1:2").hasSize(6);
    requireBooks();
    // (0, 0, 4) and (0, 4, 8) of the second time came as one
    assertThat(counters).containsEntry("user.rangesDropped", 4L);
  }

  @Test
  void waitsForWhatComesOutOfOrder() throws Exception {
    Map<String, Long> counters =
        run(
            batches()
                .addElements(batch(0, 5, 8))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(0, 2, 5))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(0, 0, 2))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(1, 0, 4))
                .advanceProcessingTime(A_COMMIT)
                .advanceWatermarkToInfinity());
    requireAll();
    assertThat(counters).as("once the first had come").containsEntry("user.commits", 2L);
  }

  @Test
  void leavesOutWhatLiesBehindAHoleThatNothingFills() throws Exception {
    run(
        batches()
            .addElements(batch(0, 0, 2), batch(0, 4, 8), batch(1, 0, 4))
            .advanceProcessingTime(A_COMMIT)
            .advanceWatermarkToInfinity());
    assertThat(covered()).isEqualTo("posts.user-0 to 2, posts.user-1 to 4");
    assertThat(rows()).hasSize(5).noneMatch(row -> row.startsWith("3 "));

    // as it is read again by the next start
    run(
        batches()
            .addElements(batch(0, 2, 8))
            .advanceProcessingTime(A_COMMIT)
            .advanceWatermarkToInfinity());
    assertThat(rows()).contains("4 Dora Lee 1:2").hasSize(6);
    requireBooks();
  }

  @Test
  void takesOnceWhatIsCutInAnotherWayTheSecondTime() throws Exception {
    Map<String, Long> counters =
        run(
            batches()
                .addElements(batch(0, 0, 3))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(0, 0, 5), batch(0, 2, 4))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(0, 4, 7), batch(0, 6, 8), batch(0, 1, 2))
                .advanceProcessingTime(A_COMMIT)
                .addElements(batch(1, 0, 4))
                .advanceProcessingTime(A_COMMIT)
                .advanceWatermarkToInfinity());
    requireAll();
    assertThat(counters.get("user.rangesRewritten")).isGreaterThanOrEqualTo(3);
  }

  @Test
  void takesOnceWhatAnEarlierStreamHadTaken() throws Exception {
    TestStream<RawBatch> all =
        batches()
            .addElements(batch(0, 0, 8))
            .advanceProcessingTime(A_COMMIT)
            .addElements(batch(1, 0, 4))
            .advanceProcessingTime(A_COMMIT)
            .advanceWatermarkToInfinity();
    run(all);
    requireAll();
    long version = versions();
    Map<String, Long> counters = run(all);
    requireAll();
    assertThat(versions()).isEqualTo(version);
    assertThat(counters).containsEntry("user.rangesDropped", 2L).doesNotContainKey("user.commits");
  }

  @Test
  void failsWhereWhatItNeedsAgainIsGone() throws Exception {
    RangeSource gone =
        (dataset, range) -> {
          throw new IllegalStateException(range + " is gone");
        };
    assertThatThrownBy(
            () ->
                run(
                    batches()
                        .addElements(batch(0, 0, 3))
                        .advanceProcessingTime(A_COMMIT)
                        .addElements(batch(0, 1, 5))
                        .advanceProcessingTime(A_COMMIT)
                        .advanceWatermarkToInfinity(),
                    gone))
        .hasMessageContaining("posts.user-0 [3, 5) is gone");
    assertThat(covered()).isEqualTo("posts.user-0 to 3");
    assertThat(clean().covered().get(new TopicPartition(TOPIC, 0)).endFrom(0)).isEqualTo(3);
  }
}
