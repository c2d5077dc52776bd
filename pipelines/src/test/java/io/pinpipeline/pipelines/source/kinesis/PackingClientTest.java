package io.pinpipeline.pipelines.source.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.cli.AggregatedRecord;
import io.pinpipeline.pipelines.cli.KinesisServer;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.pipelines.source.PackedRecordsTest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

@EnabledIfSystemProperty(named = KinesisServer.PROPERTY, matches = ".+")
@Timeout(60)
class PackingClientTest {

  private static final int LARGEST = 100;

  /** A block ends behind every second or third value. */
  private static final Gathering GATHERING = new Gathering(Duration.ZERO, 1 << 20, 16, LARGEST);

  private static KinesisServer kinesis;

  @BeforeAll
  static void start() throws IOException {
    kinesis = KinesisServer.start();
  }

  @AfterAll
  static void stop() {
    kinesis.close();
  }

  private static byte[] value(int number) {
    return ("value-%03d".formatted(number) + (number == 5 ? "x".repeat(LARGEST) : ""))
        .getBytes(UTF_8);
  }

  /** Twelve values: single ones, and two records of several, with one that is too large. */
  private static void put(String stream) {
    kinesis.createStream(stream, 1);
    kinesis.put(stream, "k", value(0));
    kinesis.put(stream, "k", value(1));
    kinesis.put(
        stream,
        "k",
        AggregatedRecord.of(value(2), value(3), value(4), value(5), value(6), value(7)));
    kinesis.put(stream, "k", value(8));
    kinesis.put(stream, "k", AggregatedRecord.of(value(9), value(10)));
    kinesis.put(stream, "k", value(11));
  }

  private static KinesisClient client(Map<TopicPartition, ShardMark.At> begin) {
    return PackingClient.around(
        kinesis.client(),
        new KinesisPlan(RunId.beginning(Instant.now()), List.of(), begin, GATHERING));
  }

  private static List<Record> read(KinesisClient client, String stream, String behind) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamName(stream).shardId(Shards.id(0));
    if (behind.isEmpty()) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request
          .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
          .startingSequenceNumber(behind);
    }
    String iterator = client.getShardIterator(request.build()).shardIterator();
    List<Record> records = new ArrayList<>();
    for (int request2 = 0; request2 < 3; request2++) {
      GetRecordsResponse answer =
          client.getRecords(GetRecordsRequest.builder().shardIterator(iterator).build());
      records.addAll(answer.records());
      iterator = answer.nextShardIterator();
    }
    return records;
  }

  private static List<String> values(RawBlock block) {
    return block.bounds() == null
        ? List.of(new String(block.bytes(), block.from(), 9, UTF_8))
        : PackedRecordsTest.values(block).stream().map(value -> new String(value, UTF_8)).toList();
  }

  private static TopicRange range(Record packed, String stream) {
    TopicRange range = PackedRecords.range(stream, 0, packed.data().asByteArray());
    return new TopicRange(
        stream,
        0,
        range.from(),
        range.to(),
        new SourceMarks(
            packed.partitionKey(),
            ShardMark.At.ofSequenceNumber(packed.sequenceNumber()).mark().toString()));
  }

  private static List<String> values(List<Record> packed) {
    return packed.stream()
        .flatMap(
            record -> values(PackedRecords.block("any", 0, record.data().asByteArray())).stream())
        .toList();
  }

  private static List<String> expected(int from, int to) {
    return IntStream.range(from, to).mapToObj("value-%03d"::formatted).toList();
  }

  @Test
  void countsOnFromWhatACheckpointHolds() {
    put("counted");
    List<Record> all = read(client(Map.of()), "counted", "");
    assertThat(all).hasSizeGreaterThan(5);
    assertThat(values(all)).isEqualTo(expected(0, 12));
    long next = 0;
    String mark = range(all.get(0), "counted").marks().from();
    for (Record packed : all) {
      TopicRange range = range(packed, "counted");
      assertThat(range.from()).isEqualTo(next);
      assertThat(range.marks().from()).isEqualTo(mark);
      next = range.to();
      mark = range.marks().to();
      assertThat(values(read(client(Map.of()), "counted", packed.sequenceNumber())))
          .as("behind %s, also in the middle of a record", range)
          .isEqualTo(expected((int) next, 12));
    }
    assertThat(next).isEqualTo(12);
  }

  @Test
  void beginsWhereThePlanSays() {
    put("planned");
    Record third = read(client(Map.of()), "planned", "").get(2);
    ShardMark.At at = ShardMark.At.ofSequenceNumber(third.sequenceNumber());
    List<Record> rest = read(client(Map.of(new TopicPartition("planned", 0), at)), "planned", "");
    assertThat(range(rest.get(0), "planned").from()).isEqualTo(at.offset());
    assertThat(range(rest.get(0), "planned").marks().from()).isEqualTo(at.mark().toString());
    assertThat(values(rest)).isEqualTo(expected((int) at.offset(), 12));
  }

  @Test
  void givesOnWhatKinesisRefuses() {
    put("gone");
    KinesisClient client = client(Map.of());
    String iterator =
        client
            .getShardIterator(
                GetShardIteratorRequest.builder()
                    .streamName("gone")
                    .shardId(Shards.id(0))
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON)
                    .build())
            .shardIterator();
    kinesis.client().deleteStream(request -> request.streamName("gone"));
    await().until(() -> !kinesis.client().listStreams().streamNames().contains("gone"));
    GetRecordsResponse answer =
        client.getRecords(GetRecordsRequest.builder().shardIterator(iterator).build());
    assertThat(answer.records()).hasSize(1);
    assertThat(answer.records().get(0).partitionKey()).isEqualTo(PackingClient.REFUSED);
    assertThat(answer.records().get(0).data().asUtf8String()).contains("gone");
  }

  private static List<String> readAgain(TopicRange range) throws IOException {
    List<String> values = new ArrayList<>();
    ShardReader reader = new ShardReader(kinesis.settings(), GATHERING);
    try (BlockReader blocks = reader.read("user", range).open()) {
      for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
        values.addAll(values(block));
      }
    }
    return values;
  }

  @Test
  void itsRangesAreReadOnceMore() throws IOException {
    put("again");
    List<Record> all = read(client(Map.of()), "again", "");
    for (Record packed : all) {
      TopicRange range = range(packed, "again");
      assertThat(readAgain(range)).isEqualTo(expected((int) range.from(), (int) range.to()));
    }
    TopicRange first = range(all.get(0), "again");
    TopicRange most = first.through(range(all.get(all.size() - 2), "again"));
    TopicRange rest = most.rest(first.to(), first.marks().to());
    assertThat(readAgain(rest)).isEqualTo(expected((int) first.to(), (int) most.to()));

    TopicRange shifted = most.rest(first.to(), first.marks().from());
    assertThatThrownBy(() -> readAgain(shifted))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("are others than before")
        .hasMessageContaining("Start the stream again");
  }
}
