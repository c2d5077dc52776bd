package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.pipelines.source.PackedRecords.Packer;
import io.pinpipeline.pipelines.source.RangeSource;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads a part of a topic that was read before, once more. */
public final class TopicReader implements RangeSource {

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
    private final RangeRecords records;
    private final Packer packer = new Packer(gathering);
    private @Nullable ConsumerRecord<byte[], byte[]> waiting;

    RangeReader(TopicRange range) {
      this.range = range;
      this.records = new RangeRecords(settings, range);
    }

    @Override
    public @Nullable RawBlock next() throws IOException {
      ConsumerRecord<byte[], byte[]> record = nextRecord();
      while (record != null) {
        boolean alone = packer.standsAlone(record.value());
        if (!packer.isEmpty() && (alone || packer.bytes() >= gathering.blockBytes())) {
          waiting = record;
          break;
        }
        packer.add(record.value(), record.offset());
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
      return record == null ? records.next() : record;
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
