package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.pipelines.source.RangeSource;
import io.pinpipeline.pipelines.source.kafka.PackedRecords.Packer;
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
import org.jspecify.annotations.Nullable;

/** Reads a part of a topic that was read before, once more. */
public final class TopicReader implements RangeSource {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaSettings settings;
  private final Gathering gathering;

  public TopicReader(KafkaSettings settings, Gathering gathering) {
    this.settings = settings;
    this.gathering = gathering;
  }

  @Override
  public RawBatch read(String dataset, TopicRange range) {
    return new RangeBatch(dataset, range);
  }

  private final class RangeBatch implements RawBatch {

    private final String dataset;
    private final TopicRange range;

    RangeBatch(String dataset, TopicRange range) {
      this.dataset = dataset;
      this.range = range;
    }

    @Override
    public String dataset() {
      return dataset;
    }

    @Override
    public int number() {
      return 0;
    }

    @Override
    public Repeats repeats() {
      return Repeats.NONE;
    }

    @Override
    public TopicRange range() {
      return range;
    }

    @Override
    public BlockReader open() {
      return new RangeReader(range);
    }
  }

  private final class RangeReader implements BlockReader {

    private final TopicRange range;
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Packer packer = new Packer(gathering.maxRecordBytes());
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();
    private @Nullable ConsumerRecord<byte[], byte[]> waiting;

    RangeReader(TopicRange range) {
      this.range = range;
      this.partition = new TopicPartition(range.topic(), range.partition());
      this.consumer = new KafkaConsumer<>(settings.consumer());
      consumer.assign(List.of(partition));
      consumer.seek(partition, range.from());
    }

    @Override
    public @Nullable RawBlock next() throws IOException {
      ConsumerRecord<byte[], byte[]> record = nextRecord();
      while (record != null) {
        boolean alone = packer.standsAlone(record);
        if (!packer.isEmpty() && (alone || packer.bytes() >= gathering.blockBytes())) {
          waiting = record;
          break;
        }
        packer.add(record);
        if (alone) {
          break;
        }
        record = nextRecord();
      }
      return packer.isEmpty()
          ? null
          : PackedRecords.block(range.topic(), range.partition(), packer.pack(range));
    }

    private @Nullable ConsumerRecord<byte[], byte[]> nextRecord() throws IOException {
      ConsumerRecord<byte[], byte[]> record = waiting;
      waiting = null;
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (record == null) {
        if (polled.hasNext()) {
          record = polled.next();
        } else if (position() >= range.to()) {
          return null;
        } else if (System.nanoTime() > deadline) {
          throw new IOException(
              "Kafka gave no record of " + range + " for " + PATIENCE.toSeconds() + " s");
        } else {
          poll();
        }
      }
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
}
