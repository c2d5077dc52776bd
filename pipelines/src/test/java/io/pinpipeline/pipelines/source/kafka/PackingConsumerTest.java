package io.pinpipeline.pipelines.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.pipelines.source.PackedRecordsTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PackingConsumerTest {

  private static final Gathering GATHERING =
      new Gathering(Duration.ofMillis(300), 1 << 20, 1 << 16, 1000);

  @TempDir static Path folder;
  private static KafkaServer broker;

  @BeforeAll
  static void start() throws IOException {
    broker = KafkaServer.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  /** What was read of a partition. */
  private static final class Read {
    final List<TopicRange> ranges = new ArrayList<>();
    final List<String> values = new ArrayList<>();
    final List<Long> offsets = new ArrayList<>();
    final List<Long> oversize = new ArrayList<>();

    void add(ConsumerRecord<byte[], byte[]> packed) {
      TopicRange range = PackedRecords.range(packed.topic(), packed.partition(), packed.value());
      assertThat(packed.offset()).as("where a checkpoint goes on").isEqualTo(range.to() - 1);
      ranges.add(range);
      RawBlock block = PackedRecords.block(packed.topic(), packed.partition(), packed.value());
      if (block.oversizeLength() > 0) {
        oversize.add(block.oversizeLength());
      }
      PackedRecordsTest.values(block).forEach(value -> values.add(new String(value, UTF_8)));
      offsets.addAll(PackedRecordsTest.offsets(block));
    }

    void requireContiguous(long from, long to) {
      assertThat(ranges.get(0).from()).isEqualTo(from);
      for (int i = 1; i < ranges.size(); i++) {
        assertThat(ranges.get(i).from()).isEqualTo(ranges.get(i - 1).to());
      }
      assertThat(ranges.get(ranges.size() - 1).to()).isEqualTo(to);
    }
  }

  private static Consumer<byte[], byte[]> consumer(
      Topic topic, Map<TopicPartition, Long> begin, Gathering gathering) {
    return consumer(RunId.beginning(Instant.now()), topic, begin, gathering);
  }

  private static Consumer<byte[], byte[]> consumer(
      RunId launch, Topic topic, Map<TopicPartition, Long> begin, Gathering gathering) {
    return consumer(launch, topic, begin, Map.of(), gathering);
  }

  private static Consumer<byte[], byte[]> consumer(
      RunId launch,
      Topic topic,
      Map<TopicPartition, Long> begin,
      Map<TopicPartition, Long> ends,
      Gathering gathering) {
    return PackingConsumer.around(
        new KafkaConsumer<>(
            topic.settings().consumer(),
            new ByteBufferDeserializer(),
            new ByteBufferDeserializer()),
        launch,
        begin,
        ends,
        gathering);
  }

  /** Reads a partition up to an offset. */
  private static Read read(Consumer<byte[], byte[]> consumer, TopicPartition partition, long to) {
    Read read = new Read();
    while (read.ranges.isEmpty() || read.ranges.get(read.ranges.size() - 1).to() < to) {
      consumer.poll(Duration.ofSeconds(1)).records(partition).forEach(read::add);
    }
    return read;
  }

  private static Read read(Topic topic, long from, long to, Gathering gathering) {
    try (Consumer<byte[], byte[]> consumer =
        consumer(topic, Map.of(topic.partition(0), from), gathering)) {
      consumer.assign(List.of(topic.partition(0)));
      Read read = read(consumer, topic.partition(0), to);
      read.requireContiguous(from, to);
      return read;
    }
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "value " + i).toArray(String[]::new);
  }

  @Test
  void packsAPollIntoOneRange() throws Exception {
    Topic topic = new Topic(broker, "whole", 1).send(0, numbers(0, 3000));
    Read read = read(topic, 0, 3000, GATHERING);
    assertThat(read.values).containsExactly(numbers(0, 3000));
    assertThat(read.ranges).hasSizeLessThan(5);
  }

  @Test
  void beginsWhereItIsTold() throws Exception {
    Topic topic = new Topic(broker, "told", 1).send(0, numbers(0, 10));
    assertThat(read(topic, 7, 10, GATHERING).values).containsExactly(numbers(7, 10));
  }

  @Test
  void cutsWhatIsMoreThanABlock() throws Exception {
    Topic topic = new Topic(broker, "blocks", 1).send(0, numbers(0, 100));
    Read read = read(topic, 0, 100, new Gathering(Duration.ZERO, 1 << 20, 50, 1000));
    assertThat(read.values).containsExactly(numbers(0, 100));
    assertThat(read.ranges).hasSizeGreaterThan(10);
  }

  @Test
  void packsAloneWhatIsTooLarge() throws Exception {
    String large = "x".repeat(1001);
    String fitting = "y".repeat(1000);
    Topic topic =
        new Topic(broker, "large", 1).send(0, large, "a", "b", large, large, fitting, "c", large);
    Read read = read(topic, 0, 8, GATHERING);
    assertThat(read.oversize).containsExactly(1001L, 1001L, 1001L, 1001L);
    assertThat(read.values).containsExactly("a", "b", fitting, "c");
    assertThat(read.ranges)
        .contains(new TopicRange("large", 0, 0, 1), new TopicRange("large", 0, 4, 5));
  }

  @Test
  void takesOffsetsWithoutRecordsIntoItsRanges() throws Exception {
    Topic topic = new Topic(broker, "transactions", 1);
    topic.transaction(0, true, "a", "b"); // its marker is offset 2
    topic.transaction(0, false, "no", "neither"); // 3 to 5
    topic.send(0, "c");
    topic.transaction(0, true, "d"); // 7 and 8
    Read read = read(topic, 0, 9, GATHERING);
    assertThat(read.values).containsExactly("a", "b", "c", "d");
    assertThat(read.offsets).containsExactly(0L, 1L, 6L, 7L);
  }

  @Test
  void tellsOfOffsetsBehindWhichNothingComes() throws Exception {
    Topic topic = new Topic(broker, "aborted", 1).send(0, "a");
    topic.transaction(0, false, "no");
    Read read = read(topic, 1, 3, GATHERING);
    assertThat(read.values).isEmpty();
  }

  @Test
  void goesOnWhereItIsSought() throws Exception {
    Topic topic = new Topic(broker, "sought", 2).send(0, numbers(0, 10)).send(1, "other");
    TopicPartition first = topic.partition(0);
    try (Consumer<byte[], byte[]> consumer =
        consumer(topic, Map.of(first, 0L, topic.partition(1), 0L), GATHERING)) {
      consumer.assign(List.of(first, topic.partition(1)));
      // as a reader does that goes on from a checkpoint
      consumer.seek(first, 4);
      Read read = read(consumer, first, 10);
      read.requireContiguous(4, 10);
      assertThat(read.values).containsExactly(numbers(4, 10));

      consumer.seek(first, 2);
      Read again = read(consumer, first, 10);
      again.requireContiguous(2, 10);
      assertThat(again.values).containsExactly(numbers(2, 10));
    }
  }

  @Test
  void readsEachPartitionOnItsOwn() throws Exception {
    Topic topic = new Topic(broker, "two", 2).send(0, numbers(0, 5)).send(1, numbers(5, 8));
    TopicPartition first = topic.partition(0);
    TopicPartition second = topic.partition(1);
    try (Consumer<byte[], byte[]> consumer =
        consumer(topic, Map.of(first, 0L, second, 1L), GATHERING)) {
      consumer.assign(List.of(first, second));
      Read one = new Read();
      Read other = new Read();
      while (one.values.size() < 5 || other.values.size() < 2) {
        var records = consumer.poll(Duration.ofSeconds(1));
        records.records(first).forEach(one::add);
        records.records(second).forEach(other::add);
      }
      one.requireContiguous(0, 5);
      other.requireContiguous(1, 3);
      assertThat(other.values).containsExactly(numbers(6, 8));
    }
  }

  @Test
  void gathersNoMoreThanABundleOfTheDirectRunnerHolds() throws Exception {
    String[] values = Collections.nCopies(200, "x".repeat(100_000)).toArray(String[]::new);
    Topic topic = new Topic(broker, "bundle", 2).send(0, values).send(1, values);
    TopicPartition first = topic.partition(0);
    TopicPartition second = topic.partition(1);
    int bytes = 32 << 20;
    try (Consumer<byte[], byte[]> consumer =
        consumer(
            topic,
            Map.of(first, 0L, second, 0L),
            Gathering.of(Duration.ofMinutes(1), bytes, 1 << 20))) {
      consumer.assign(List.of(first, second));
      var records = consumer.poll(Duration.ofSeconds(1));
      int gathered = 0;
      for (ConsumerRecord<byte[], byte[]> packed : records) {
        gathered += packed.value().length;
      }
      assertThat(gathered).isGreaterThanOrEqualTo(bytes);
      assertThat(records.count()).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void endsWhereItIsTold() throws Exception {
    Topic topic = new Topic(broker, "end", 2).send(0, numbers(0, 10));
    topic.transaction(1, true, "a"); // its marker is offset 1
    topic.send(1, "b");
    TopicPartition first = topic.partition(0);
    TopicPartition second = topic.partition(1);
    Gathering patient = new Gathering(Duration.ofMinutes(2), 1 << 20, 1 << 16, 1000);
    try (Consumer<byte[], byte[]> consumer =
        consumer(
            RunId.beginning(Instant.now()),
            topic,
            Map.of(first, 0L, second, 0L),
            Map.of(first, 7L, second, 2L),
            patient)) {
      consumer.assign(List.of(first, second));
      var records = consumer.poll(Duration.ofSeconds(60)); // which gathers no longer than to there
      Read one = new Read();
      Read other = new Read();
      records.records(first).forEach(one::add);
      records.records(second).forEach(other::add);
      one.requireContiguous(0, 7);
      assertThat(one.values).containsExactly(numbers(0, 7));
      other.requireContiguous(0, 2);
      assertThat(other.values).containsExactly("a");
      assertThat(consumer.poll(Duration.ofMillis(300)).isEmpty()).isTrue();

      consumer.seek(first, 5);
      Read again = read(consumer, first, 7);
      again.requireContiguous(5, 7);
    }
  }

  @Test
  void givesNothingWhereNothingCame() throws Exception {
    Topic topic = new Topic(broker, "idle", 1).send(0, "a");
    try (Consumer<byte[], byte[]> consumer =
        consumer(topic, Map.of(topic.partition(0), 1L), GATHERING)) {
      consumer.assign(List.of(topic.partition(0)));
      assertThat(consumer.poll(Duration.ofMillis(10)).isEmpty()).isTrue();
      topic.send(0, "b");
      Read read = read(consumer, topic.partition(0), 2);
      assertThat(read.values).containsExactly("b");
    }
  }

  @Test
  void readsNothingMoreOnceItsStreamHasEnded() throws Exception {
    Topic topic = new Topic(broker, "ended", 1).send(0, "a");
    RunId launch = RunId.beginning(Instant.now());
    TopicPartition partition = topic.partition(0);
    try (Consumer<byte[], byte[]> consumer =
            consumer(launch, topic, Map.of(partition, 0L), GATHERING);
        Consumer<byte[], byte[]> other = consumer(topic, Map.of(partition, 0L), GATHERING)) {
      consumer.assign(List.of(partition));
      other.assign(List.of(partition));
      assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 1L);
      PackingConsumer.end(launch);
      assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(1)))
          .isInstanceOf(WakeupException.class);
      assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 1L);
      assertThat(read(other, partition, 1).values).containsExactly("a");
    }
  }

  @Test
  void doesNotSkipWhatIsGone() throws Exception {
    Topic topic = new Topic(broker, "gone", 1).send(0, numbers(0, 10)).deleteBefore(0, 5);
    try (Consumer<byte[], byte[]> consumer =
        consumer(topic, Map.of(topic.partition(0), 3L), GATHERING)) {
      consumer.assign(List.of(topic.partition(0)));
      assertThatThrownBy(() -> read(consumer, topic.partition(0), 10))
          .isInstanceOf(OffsetOutOfRangeException.class);
    }
  }
}
