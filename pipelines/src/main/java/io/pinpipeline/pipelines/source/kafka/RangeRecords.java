package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.core.batch.TopicRange;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The records of a part of a topic that was read before, once more, one after the other. */
public final class RangeRecords implements Closeable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TopicRange range;
  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();

  public RangeRecords(KafkaSettings settings, TopicRange range) {
    this.range = range;
    this.partition = new TopicPartition(range.topic(), range.partition());
    this.consumer =
        new KafkaConsumer<>(
            settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(partition));
    consumer.seek(partition, range.from());
  }

  /**
   * The next record; null after the last.
   *
   * @throws IOException if Kafka does not give it, or has deleted it
   */
  public @Nullable ConsumerRecord<byte[], byte[]> next() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!polled.hasNext()) {
      if (position() >= range.to()) {
        return null;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Kafka gave no record of " + range + " for " + PATIENCE.toSeconds() + " s");
      }
      poll();
    }
    ConsumerRecord<byte[], byte[]> record = polled.next();
    return record.offset() < range.to() ? record : null;
  }

  private long position() throws IOException {
    try {
      return consumer.position(partition);
    } catch (KafkaException e) {
      throw new IOException("Kafka does not answer for " + partition + ": " + e.getMessage(), e);
    }
  }

  private void poll() throws IOException {
    try {
      polled = consumer.poll(POLL).records(partition).iterator();
    } catch (OffsetOutOfRangeException e) {
      Map<TopicPartition, Long> first = consumer.beginningOffsets(List.of(partition));
      throw new IOException(
          "Records of "
              + range
              + " have to be read once more, and Kafka has deleted some: its first offset there"
              + " is "
              + first.get(partition)
              + ". Raise the retention of the topic.",
          e);
    } catch (KafkaException e) {
      throw new IOException("Cannot read " + range + " from Kafka: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
