package io.pinpipeline.pipelines.source.kafka;

import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Instant;

/**
 * Records have the time at which they are read, and partitions with an end have no more once that
 * is reached: their watermark is the end of time then.
 */
final class UntilEnd implements TimestampPolicyFactory<byte[], byte[]> {

  private static final long serialVersionUID = 1;

  private final Map<TopicPartition, Long> begin;
  private final Map<TopicPartition, Long> ends;

  UntilEnd(Map<TopicPartition, Long> begin, Map<TopicPartition, Long> ends) {
    this.begin = begin;
    this.ends = ends;
  }

  @Override
  public TimestampPolicy<byte[], byte[]> createTimestampPolicy(
      TopicPartition partition, Optional<Instant> previousWatermark) {
    long end = ends.getOrDefault(partition, Long.MAX_VALUE);
    boolean endedBefore =
        previousWatermark.map(BoundedWindow.TIMESTAMP_MAX_VALUE::equals).orElse(false);
    return new OfPartition(end, endedBefore || begin.getOrDefault(partition, 0L) >= end);
  }

  private static final class OfPartition extends TimestampPolicy<byte[], byte[]> {

    private final long end;
    private boolean ended;

    OfPartition(long end, boolean ended) {
      this.end = end;
      this.ended = ended;
    }

    @Override
    public Instant getTimestampForRecord(
        PartitionContext context, KafkaRecord<byte[], byte[]> record) {
      ended |= record.getOffset() + 1 >= end;
      return Instant.now();
    }

    @Override
    public Instant getWatermark(PartitionContext context) {
      return ended ? BoundedWindow.TIMESTAMP_MAX_VALUE : Instant.now();
    }
  }
}
