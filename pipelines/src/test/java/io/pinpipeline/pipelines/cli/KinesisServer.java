package io.pinpipeline.pipelines.cli;

import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.pipelines.source.kinesis.KinesisSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.aws2.common.ClientConfiguration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A server that speaks as Kinesis does, in a process of its own; {@code .ci/kinesalite FOLDER}
 * fetches it and prints what {@code -Dpinpipeline.kinesalite=PROGRAM} has to name.
 */
public final class KinesisServer implements AutoCloseable {

  public static final String PROPERTY = "pinpipeline.kinesalite";

  /** Its CBOR ends early where an answer is large; clients of this process are to speak JSON. */
  public static final String NO_CBOR = "-Daws.cborEnabled=false";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 4 << 20;

  private final Process process;
  private final URI endpoint;
  private final KinesisClient client;

  private KinesisServer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
    this.client =
        KinesisClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
            .build();
  }

  public static KinesisServer start() throws IOException {
    System.setProperty("aws.cborEnabled", "false");
    Process process =
        new ProcessBuilder(System.getProperty(PROPERTY))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("kinesalite does not start");
    }
    return new KinesisServer(process, URI.create(line));
  }

  /** The options of a command that reads from it. */
  public String[] options(String prefix) {
    return new String[] {
      "--source=kinesis",
      "--kinesisEndpoint=" + endpoint,
      "--awsRegion=us-east-1",
      "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\",\"accessKeyId\":\"key\","
          + "\"secretAccessKey\":\"secret\"}",
      "--topicPrefix=" + prefix
    };
  }

  public KinesisClient client() {
    return client;
  }

  public KinesisSettings settings() {
    return new KinesisSettings(
        ClientConfiguration.create(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")),
            Region.US_EAST_1,
            endpoint));
  }

  /** Makes the streams {@code <prefix>.pin}, {@code .geo} and {@code .user}. */
  public void createStreams(String prefix, int shards) {
    for (Dataset<?> dataset : Datasets.all()) {
      createStream(prefix + "." + dataset.name(), shards);
    }
  }

  public void createStream(String stream, int shards) {
    client.createStream(request -> request.streamName(stream).shardCount(shards));
    awaitActive(stream);
  }

  private void awaitActive(String stream) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                client
                    .describeStreamSummary(request -> request.streamName(stream))
                    .streamDescriptionSummary()
                    .streamStatus(),
            StreamStatus.ACTIVE::equals);
  }

  /** Splits the first open shard of a stream in the middle of its keys. */
  public void split(String stream) {
    Shard shard =
        client.listShards(request -> request.streamName(stream)).shards().stream()
            .filter(one -> one.sequenceNumberRange().endingSequenceNumber() == null)
            .findFirst()
            .orElseThrow();
    BigInteger from = new BigInteger(shard.hashKeyRange().startingHashKey());
    BigInteger to = new BigInteger(shard.hashKeyRange().endingHashKey());
    client.splitShard(
        request ->
            request
                .streamName(stream)
                .shardToSplit(shard.shardId())
                .newStartingHashKey(from.add(to).shiftRight(1).toString()));
    awaitActive(stream);
  }

  /** Merges the last two open shards of a stream, which are neighbours after it was split. */
  public void merge(String stream) {
    List<Shard> open =
        client.listShards(request -> request.streamName(stream)).shards().stream()
            .filter(one -> one.sequenceNumberRange().endingSequenceNumber() == null)
            .toList();
    client.mergeShards(
        request ->
            request
                .streamName(stream)
                .shardToMerge(open.get(open.size() - 2).shardId())
                .adjacentShardToMerge(open.get(open.size() - 1).shardId()));
    awaitActive(stream);
  }

  public void put(String stream, String key, byte[] data) {
    client.putRecord(
        request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromByteArray(data)));
  }

  /**
   * Sends all posts to the streams of a prefix, keyed, so that copies share a shard.
   *
   * @return what cleaning them must count
   */
  public Expected send(String prefix, PostGenerator posts) throws IOException {
    return send(prefix, posts, 0, posts.turns());
  }

  /** As above, only those of some turns. */
  public Expected send(String prefix, PostGenerator posts, long fromTurn, long toTurn)
      throws IOException {
    Map<String, Batch> batches = new HashMap<>();
    Expected expected =
        posts.generate(
            fromTurn,
            toTurn,
            (kind, key, buffer, offset, length) ->
                batches
                    .computeIfAbsent(prefix + "." + kind.dataset(), Batch::new)
                    .add(
                        Integer.toString(key),
                        Arrays.copyOfRange(buffer, offset, offset + length)));
    batches.values().forEach(Batch::flush);
    return expected;
  }

  private final class Batch {

    private final String stream;
    private final List<PutRecordsRequestEntry> records = new ArrayList<>();
    private int bytes;

    Batch(String stream) {
      this.stream = stream;
    }

    void add(String key, byte[] data) {
      if (records.size() == MOST_RECORDS || bytes + data.length > MOST_BYTES) {
        flush();
      }
      records.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(key)
              .data(SdkBytes.fromByteArrayUnsafe(data))
              .build());
      bytes += data.length;
    }

    void flush() {
      if (!records.isEmpty()) {
        PutRecordsResponse answer =
            client.putRecords(request -> request.streamName(stream).records(records));
        if (answer.failedRecordCount() > 0) {
          throw new IllegalStateException(answer.toString());
        }
        records.clear();
        bytes = 0;
      }
    }
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }
}
