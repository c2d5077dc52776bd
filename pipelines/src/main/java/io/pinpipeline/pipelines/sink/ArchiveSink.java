package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.archive.Extent;
import io.pinpipeline.lake.archive.PartitionArchive;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.RangeRecords;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.joda.time.Duration;

/**
 * Archives topics, exactly once.
 *
 * <pre>
 *   raw batches ─► how far they go ─► by partition ─► cut, log, read again, write ─► extents
 *                  (no record is                      (one a partition; the log of
 *                   sent along)                        the archive decides)
 * </pre>
 *
 * <p>What an engine loses, doubles or hands on in another order are only words about how far a
 * partition goes. Its records are read once more from the topic, from where the log ends, in the
 * topic's order; the log has one answer to how they are cut. See {@link PartitionArchive}.
 */
public final class ArchiveSink
    extends PTransform<PCollection<RawBatch>, PCollection<KV<String, Extent>>> {

  /** How long words about a partition gather; an object takes longer to fill. */
  private static final Duration GATHER = Duration.standardSeconds(1);

  private final ArchiveWrites writes;

  private ArchiveSink(ArchiveWrites writes) {
    this.writes = writes;
  }

  public static ArchiveSink to(ArchiveWrites writes) {
    return new ArchiveSink(writes);
  }

  /** Where the records of an extent are read once more. */
  public static PartitionArchive.Source source(KafkaSettings kafka) {
    return (range, content) -> {
      try (RangeRecords records = new RangeRecords(kafka, range)) {
        ConsumerRecord<byte[], byte[]> record = records.next();
        while (record != null) {
          content.add(record.offset(), record.value());
          record = records.next();
        }
      }
    };
  }

  /**
   * That records have come.
   *
   * @param to the offset behind them
   * @param records how many
   * @param bytes of their values, each with the line feed behind it
   */
  record Arrival(long to, long records, long bytes) implements Serializable {}

  @Override
  public PCollection<KV<String, Extent>> expand(PCollection<RawBatch> batches) {
    Duration half = Duration.millis(Math.max(1, writes.rolls().interval().toMillis() / 2));
    return batches
        .apply("How far", ParDo.of(new HowFarFn()))
        .setCoder(
            KvCoder.of(
                KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()),
                SerializableCoder.of(Arrival.class)))
        .apply(
            "Gather",
            Window.<KV<KV<String, Integer>, Arrival>>into(new GlobalWindows())
                .triggering(
                    Repeatedly.forever(
                        AfterProcessingTime.pastFirstElementInPane()
                            .plusDelayOf(half.isShorterThan(GATHER) ? half : GATHER)))
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes())
        .apply("By partition", GroupByKey.create())
        .apply("Write", ParDo.of(new ArchiveFn(writes)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Extent.class)));
  }

  private static final class HowFarFn extends DoFn<RawBatch, KV<KV<String, Integer>, Arrival>> {

    @ProcessElement
    public void process(
        @Element RawBatch batch, OutputReceiver<KV<KV<String, Integer>, Arrival>> out)
        throws IOException {
      TopicRange range = Objects.requireNonNull(batch.range(), "a batch of a topic");
      long records = 0;
      long bytes = 0;
      try (BlockReader blocks = batch.open()) {
        for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
          RawBlock.Bounds bounds = block.bounds();
          int count = bounds == null ? 1 : bounds.count();
          records += count;
          bytes += count + Math.max(block.oversizeLength(), block.to() - block.from());
        }
      }
      out.output(
          KV.of(KV.of(range.topic(), range.partition()), new Arrival(range.to(), records, bytes)));
    }
  }
}
