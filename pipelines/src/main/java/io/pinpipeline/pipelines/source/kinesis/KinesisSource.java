package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.transforms.RawBatchCoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.io.aws2.kinesis.KinesisIO;
import org.apache.beam.sdk.io.aws2.kinesis.KinesisRecord;
import org.apache.beam.sdk.io.aws2.kinesis.RateLimitPolicy;
import org.apache.beam.sdk.io.aws2.kinesis.RateLimitPolicyFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Duration;
import software.amazon.kinesis.common.InitialPositionInStream;

/**
 * Reads the records of streams of Kinesis, without end, as raw batches. Their offsets are counted
 * in each shard from the mark on that the table holds, so that they are the same for whoever reads
 * them; an engine that continues from its own checkpoint counts on from there.
 */
public final class KinesisSource extends PTransform<PBegin, PCollection<RawBatch>> {

  /** Kinesis answers five requests a second and shard, all readers of it together. */
  private static final int MILLIS_BETWEEN_REQUESTS = 250;

  /** So many packed blocks of a shard wait for the pipeline; then it is not read any more. */
  private static final int BLOCKS_WAITING = 4;

  /**
   * What is younger than this counts as no backlog, for which Beam would ask CloudWatch, and users
   * need the right to.
   */
  private static final Duration ANY_AGE = Duration.standardDays(100_000);

  private final KinesisSettings settings;
  private final KinesisPlan plan;
  private final SortedMap<String, String> datasets;

  private KinesisSource(
      KinesisSettings settings, KinesisPlan plan, SortedMap<String, String> datasets) {
    this.settings = settings;
    this.plan = plan;
    this.datasets = datasets;
  }

  /**
   * A source of these streams.
   *
   * @param launch tells this start of the pipeline from all others
   * @param marks of each shard the place where to begin, as the table has it as text
   * @param begin of each shard the offset of what is behind that
   * @param first those of the shards that are to be read at first: not those that came out of
   *     others, which come by themselves once those are read
   * @param datasets the dataset of each stream
   */
  public static KinesisSource of(
      RunId launch,
      KinesisSettings settings,
      Map<TopicPartition, String> marks,
      Map<TopicPartition, Long> begin,
      Collection<TopicPartition> first,
      Map<String, String> datasets,
      Gathering gathering) {
    Map<TopicPartition, ShardMark.At> at = new HashMap<>();
    marks.forEach(
        (shard, mark) ->
            at.put(shard, new ShardMark.At(ShardMark.parse(mark), begin.getOrDefault(shard, 0L))));
    return new KinesisSource(
        settings,
        new KinesisPlan(launch, List.copyOf(first), at, gathering),
        new TreeMap<>(datasets));
  }

  /** Has the readers of this process do nothing more. */
  public static void end(RunId launch) {
    PackingClient.end(launch);
  }

  @Override
  public PCollection<RawBatch> expand(PBegin pipeline) {
    plan.set(pipeline.getPipeline().getOptions());
    PCollectionList<RawBatch> batches = PCollectionList.empty(pipeline.getPipeline());
    for (Map.Entry<String, String> stream : datasets.entrySet()) {
      batches =
          batches.and(
              pipeline
                  .apply(
                      "Poll " + stream.getValue(),
                      KinesisIO.read()
                          .withStreamName(stream.getKey())
                          .withInitialPositionInStream(InitialPositionInStream.TRIM_HORIZON)
                          .withClientConfiguration(settings.client())
                          .withCustomRateLimitPolicy(new Pace(plan.launch()))
                          .withMaxCapacityPerShard(BLOCKS_WAITING)
                          .withUpToDateThreshold(ANY_AGE))
                  .apply("Unpack " + stream.getValue(), ParDo.of(new UnpackFn(stream.getValue())))
                  .setCoder(RawBatchCoder.of()));
    }
    return batches.apply("All streams", Flatten.pCollections());
  }

  /** How often a shard is read. */
  private record Pace(RunId launch) implements RateLimitPolicyFactory {

    @Override
    public RateLimitPolicy getRateLimitPolicy() {
      return new RateLimitPolicy() {
        @Override
        public void onSuccess(List<KinesisRecord> records) throws InterruptedException {
          if (PackingClient.isEnded(launch)) {
            throw new InterruptedException("the stream has ended");
          }
          Thread.sleep(MILLIS_BETWEEN_REQUESTS);
        }
      };
    }
  }

  private static final class UnpackFn extends DoFn<KinesisRecord, RawBatch> {

    private final String dataset;

    UnpackFn(String dataset) {
      this.dataset = dataset;
    }

    @ProcessElement
    public void process(@Element KinesisRecord packed, OutputReceiver<RawBatch> out)
        throws IOException {
      byte[] bytes = packed.getDataAsBytes();
      if (packed.getPartitionKey().equals(PackingClient.REFUSED)) {
        throw new IOException(
            "Kinesis refuses to give records of "
                + packed.getStreamName()
                + " "
                + packed.getShardId()
                + ": "
                + new String(bytes, StandardCharsets.UTF_8)
                + ". What was committed stays. Mend it, and start the stream again.");
      }
      TopicPartition shard = Shards.partition(packed.getStreamName(), packed.getShardId());
      out.output(batch(dataset, shard, ShardMark.parse(packed.getPartitionKey()), packed, bytes));
    }

    private static RawBatch batch(
        String dataset, TopicPartition shard, ShardMark from, KinesisRecord packed, byte[] bytes) {
      TopicRange range = PackedRecords.range(shard.topic(), shard.partition(), bytes);
      ShardMark to = ShardMark.At.ofSequenceNumber(packed.getSequenceNumber()).mark();
      SourceMarks marks = new SourceMarks(from.toString(), to.toString());
      return new HeldBatch(
          dataset,
          new TopicRange(shard.topic(), shard.partition(), range.from(), range.to(), marks),
          List.of(PackedRecords.block(ShardReader.origin(shard, from), shard.partition(), bytes)));
    }
  }
}
