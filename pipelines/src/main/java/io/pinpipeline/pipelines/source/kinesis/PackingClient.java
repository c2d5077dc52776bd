package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords.Packer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * A client of Kinesis that gives Beam's reader few large records instead of many small ones, each
 * with what the reader cannot tell: at which offset it stands, counted in the shard, and behind
 * which record.
 *
 * <p>The sequence number of what it gives says both, see {@link ShardMark.At}. A checkpoint of the
 * reader holds such a number; asked for what is behind it, the client counts on from there. Where
 * the reader begins anew, the client begins where the plan says, whatever it is asked for.
 *
 * <p>What cannot be read because Kinesis refuses it would be tried again without end, and nobody be
 * told; so that is given to the reader as well, for {@link KinesisSource} to fail of.
 */
final class PackingClient implements InvocationHandler {

  /** The partition key of what Kinesis refused; that of anything else is a mark. */
  static final String REFUSED = "refused";

  private static final Logger LOG = LoggerFactory.getLogger(PackingClient.class);

  /** Of streams that have ended: what is left of their readers has no one to read for. */
  private static final Set<RunId> ENDED = ConcurrentHashMap.newKeySet();

  private final KinesisClient client;
  private final KinesisPlan plan;
  private final Map<String, ShardPacker> shards = new ConcurrentHashMap<>();
  private final AtomicLong iterators = new AtomicLong();

  private PackingClient(KinesisClient client, KinesisPlan plan) {
    this.client = client;
    this.plan = plan;
  }

  /** A packing client around another one. */
  static KinesisClient around(KinesisClient client, KinesisPlan plan) {
    return (KinesisClient)
        Proxy.newProxyInstance(
            PackingClient.class.getClassLoader(),
            new Class<?>[] {KinesisClient.class},
            new PackingClient(client, plan));
  }

  static void end(RunId launch) {
    ENDED.add(launch);
  }

  static boolean isEnded(RunId launch) {
    return ENDED.contains(launch);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object request = arguments == null || arguments.length == 0 ? null : arguments[0];
    if (request instanceof GetShardIteratorRequest at) {
      return iterator(at);
    }
    if (request instanceof GetRecordsRequest next) {
      return records(next);
    }
    if (request instanceof ListShardsRequest which) {
      return list(which);
    }
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /**
   * Those to begin with are the plan's: Spark asks for them before each micro-batch, and loses what
   * it knows of them if they are others.
   */
  private ListShardsResponse list(ListShardsRequest request) {
    if (request.shardFilter() == null
        || request.shardFilter().type() != ShardFilterType.AT_TRIM_HORIZON) {
      return client.listShards(request);
    }
    return ListShardsResponse.builder()
        .shards(
            plan.first().stream()
                .filter(shard -> shard.topic().equals(request.streamName()))
                .map(shard -> Shard.builder().shardId(Shards.id(shard.partition())).build())
                .toList())
        .build();
  }

  private GetShardIteratorResponse iterator(GetShardIteratorRequest request) {
    boolean resumed =
        request.shardIteratorType() == ShardIteratorType.AT_SEQUENCE_NUMBER
            || request.shardIteratorType() == ShardIteratorType.AFTER_SEQUENCE_NUMBER;
    TopicPartition partition = Shards.partition(request.streamName(), request.shardId());
    ShardMark.At begin =
        resumed
            ? ShardMark.At.ofSequenceNumber(request.startingSequenceNumber())
            : plan.begin().getOrDefault(partition, new ShardMark.At(ShardMark.OLDEST, 0));
    ShardPacker packer =
        new ShardPacker(
            new ShardCursor(client, request.streamName(), request.shardId(), begin.mark()),
            partition,
            begin,
            plan.gathering());
    String name = request.shardId() + "#" + iterators.incrementAndGet();
    shards.keySet().removeIf(other -> other.startsWith(request.shardId() + "#"));
    shards.put(name, packer);
    return GetShardIteratorResponse.builder().shardIterator(name).build();
  }

  private GetRecordsResponse records(GetRecordsRequest request) {
    GetRecordsResponse.Builder response =
        GetRecordsResponse.builder().nextShardIterator(request.shardIterator());
    ShardPacker packer = shards.get(request.shardIterator());
    if (packer == null) {
      throw new IllegalStateException("no iterator of this client: " + request.shardIterator());
    }
    if (isEnded(plan.launch())) {
      return response.records(List.of()).millisBehindLatest(0L).build();
    }
    List<Record> records = packer.next();
    if (packer.isEnded()) {
      response.nextShardIterator(null);
      shards.remove(request.shardIterator());
    }
    return response.records(records).millisBehindLatest(0L).build();
  }

  /** Packs what is read from one shard. */
  private static final class ShardPacker {

    private final ShardCursor cursor;
    private final TopicPartition partition;
    private final Gathering gathering;
    private final Packer packer;

    /** Behind what was given out, and behind all that was read. */
    private ShardMark.At given;

    private ShardMark.At read;

    private Instant arrivedAt = Instant.EPOCH;
    private long gatheringSince;

    ShardPacker(
        ShardCursor cursor, TopicPartition partition, ShardMark.At begin, Gathering gathering) {
      this.cursor = cursor;
      this.partition = partition;
      this.gathering = gathering;
      this.packer = new Packer(gathering);
      this.given = begin;
      this.read = begin;
    }

    boolean isEnded() {
      return cursor.isEnded();
    }

    List<Record> next() {
      List<Record> records = new ArrayList<>();
      List<ShardCursor.Value> values;
      try {
        values = cursor.poll(ShardCursor.MOST_RECORDS);
      } catch (AwsServiceException e) {
        boolean passes =
            e.isThrottlingException()
                || e instanceof LimitExceededException
                || e instanceof KmsThrottlingException
                || e.statusCode() >= 500;
        return passes ? later(e) : List.of(refused(e));
      } catch (AbortedException e) {
        throw e; // the reader ends
      } catch (SdkClientException e) {
        return later(e);
      }
      for (ShardCursor.Value value : values) {
        boolean alone = packer.standsAlone(value.bytes());
        if (!packer.isEmpty() && (alone || packer.bytes() >= gathering.blockBytes())) {
          records.add(pack());
        }
        if (packer.isEmpty()) {
          gatheringSince = System.nanoTime();
          if (given.mark().equals(ShardMark.OLDEST)) {
            // what is the oldest now will not be later
            given =
                new ShardMark.At(
                    new ShardMark(value.behind().sequence(), value.behind().values() - 1),
                    given.offset());
          }
        }
        packer.add(value.bytes(), read.offset() - given.offset());
        read = new ShardMark.At(value.behind(), read.offset() + 1);
        arrivedAt = value.arrivedAt();
        if (alone) {
          records.add(pack());
        }
      }
      if (!packer.isEmpty()
          && (cursor.isEnded()
              || packer.bytes() >= gathering.blockBytes()
              || System.nanoTime() - gatheringSince >= gathering.time().toNanos())) {
        records.add(pack());
      }
      return records;
    }

    /** The reader asks again; what is thrown it would log with all its causes, again and again. */
    private List<Record> later(SdkException why) {
      LOG.warn("Kinesis gives no records of {}, tried again: {}", partition, why.getMessage());
      return List.of();
    }

    private Record pack() {
      TopicRange range =
          new TopicRange(partition.topic(), partition.partition(), given.offset(), read.offset());
      Record record =
          Record.builder()
              .data(SdkBytes.fromByteArrayUnsafe(packer.pack(range)))
              .partitionKey(given.mark().toString())
              .sequenceNumber(read.asSequenceNumber())
              .approximateArrivalTimestamp(arrivedAt)
              .build();
      given = read;
      return record;
    }

    private Record refused(AwsServiceException why) {
      return Record.builder()
          .data(
              SdkBytes.fromByteArrayUnsafe(
                  String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8)))
          .partitionKey(REFUSED)
          .sequenceNumber(read.behindAsSequenceNumber())
          .approximateArrivalTimestamp(arrivedAt)
          .build();
    }
  }
}
