package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.core.batch.TopicPartition;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** What streams of Kinesis there are, and what is in their shards. */
public final class KinesisStreams implements Closeable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final KinesisSettings settings;
  private final KinesisClient client;

  private KinesisStreams(KinesisSettings settings) {
    this.settings = settings;
    this.client = settings.open();
  }

  public static KinesisStreams of(KinesisSettings settings) {
    return new KinesisStreams(settings);
  }

  /**
   * Streams as they are now.
   *
   * @param ids of each what tells it from another one of the same name
   * @param at the time that Kinesis had
   */
  public record Found(Map<String, String> ids, Instant at) {

    public Found {
      ids = Map.copyOf(ids);
    }
  }

  /**
   * Looks for streams.
   *
   * @throws IOException if one does not exist, or Kinesis does not answer
   */
  public Found find(Collection<String> streams) throws IOException {
    Map<String, String> ids = new HashMap<>();
    List<String> missing = new ArrayList<>();
    Instant at = Instant.now();
    for (String stream : streams) {
      try {
        DescribeStreamSummaryResponse summary =
            ask(() -> client.describeStreamSummary(request -> request.streamName(stream)));
        at = answeredAt(summary);
        ids.put(stream, "kinesis " + summary.streamDescriptionSummary().streamCreationTimestamp());
      } catch (IOException e) {
        if (!(e.getCause() instanceof ResourceNotFoundException)) {
          throw e;
        }
        missing.add(stream);
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "There is no stream "
              + String.join(", ", missing)
              + " in Kinesis in "
              + settings.client().region()
              + ". Make it, or name others with --topicPrefix.");
    }
    return new Found(ids, at);
  }

  /** The time of an answer; the next second's beginning, for it tells none that are shorter. */
  private static Instant answeredAt(DescribeStreamSummaryResponse answer) {
    try {
      return answer
          .sdkHttpResponse()
          .firstMatchingHeader("Date")
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .map(date -> date.plusSeconds(1))
          .orElseGet(Instant::now);
    } catch (DateTimeParseException e) {
      return Instant.now();
    }
  }

  /** The shards of a stream that Kinesis still has, closed ones too. */
  private SortedMap<TopicPartition, Shard> shards(String stream) throws IOException {
    SortedMap<TopicPartition, Shard> shards = new TreeMap<>();
    ListShardsRequest request = ListShardsRequest.builder().streamName(stream).build();
    while (true) {
      ListShardsRequest page = request;
      ListShardsResponse answer = ask(() -> client.listShards(page));
      for (Shard shard : answer.shards()) {
        shards.put(Shards.partition(stream, shard.shardId()), shard);
      }
      if (answer.nextToken() == null) {
        return shards;
      }
      request = ListShardsRequest.builder().nextToken(answer.nextToken()).build();
    }
  }

  /**
   * Shards as they were found.
   *
   * @param oldest of each the place before its oldest record, as text
   * @param first those that came out of none of the others
   */
  public record FoundShards(SortedMap<TopicPartition, String> oldest, List<TopicPartition> first) {

    public FoundShards {
      oldest = new TreeMap<>(oldest);
      first = List.copyOf(first);
    }
  }

  /** The shards of streams. */
  public FoundShards shards(Collection<String> streams) throws IOException {
    SortedMap<TopicPartition, String> oldest = new TreeMap<>();
    List<TopicPartition> first = new ArrayList<>();
    for (String stream : streams) {
      SortedMap<TopicPartition, Shard> all = shards(stream);
      for (Map.Entry<TopicPartition, Shard> shard : all.entrySet()) {
        String parent = shard.getValue().parentShardId();
        if (parent == null || !all.containsKey(Shards.partition(stream, parent))) {
          first.add(shard.getKey());
        }
        String sequence =
            first(shard.getKey(), ShardMark.OLDEST)
                .map(value -> value.behind().sequence())
                .orElse(shard.getValue().sequenceNumberRange().startingSequenceNumber());
        oldest.put(shard.getKey(), new ShardMark(sequence, 0).toString());
      }
    }
    return new FoundShards(oldest, first);
  }

  /**
   * When the first record behind a place came, about.
   *
   * @param mark the place as text; empty for the oldest record that there is
   * @return empty where there is none
   */
  public Optional<Instant> firstBehind(TopicPartition shard, Optional<String> mark)
      throws IOException {
    return first(shard, mark.map(ShardMark::parse).orElse(ShardMark.OLDEST))
        .map(ShardCursor.Value::arrivedAt);
  }

  /** The shards of these streams that there are now. */
  public List<TopicPartition> partitions(Collection<String> streams) throws IOException {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String stream : streams) {
      partitions.addAll(shards(stream).keySet());
    }
    return partitions;
  }

  private Optional<ShardCursor.Value> first(TopicPartition shard, ShardMark mark)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    ShardCursor cursor =
        ask(() -> new ShardCursor(client, shard.topic(), Shards.id(shard.partition()), mark));
    while (true) {
      // the record that the mark is in may be the first, with nothing behind the mark
      List<ShardCursor.Value> values = ask(() -> cursor.poll(2));
      if (!values.isEmpty()) {
        return Optional.of(values.get(0));
      }
      if (cursor.isAtTip()) {
        return Optional.empty();
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Kinesis did not tell within " + PATIENCE.toSeconds() + " s what is in " + shard);
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while Kinesis was asked");
      }
    }
  }

  private <T> T ask(Supplier<T> question) throws IOException {
    try {
      return question.get();
    } catch (SdkException e) {
      throw new IOException(
          "Kinesis in "
              + settings.client().region()
              + (settings.client().endpoint() == null ? "" : " at " + settings.client().endpoint())
              + " does not answer: "
              + e.getMessage()
              + ". Check --awsRegion, --kinesisEndpoint and the credentials.",
          e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
