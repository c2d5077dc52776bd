package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.pipelines.source.PackedRecords.Packer;
import io.pinpipeline.pipelines.source.RangeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Reads a part of a shard that was read before, once more. */
public final class ShardReader implements RangeSource {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final KinesisSettings settings;
  private final Gathering gathering;

  public ShardReader(KinesisSettings settings, Gathering gathering) {
    this.settings = settings;
    this.gathering = gathering;
  }

  /**
   * Where rows are told to come from: the stream, and the place in the shard from which on they are
   * counted.
   */
  static String origin(TopicPartition shard, ShardMark from) {
    return shard.topic() + "@" + from;
  }

  /**
   * Where a row came from, in words.
   *
   * @param origin as the row tells it
   * @param counted how many values lie between the place there and the row's own
   * @return empty if it is not out of Kinesis: names of streams and topics have no @
   */
  public static Optional<String> place(String origin, int partition, long counted) {
    int at = origin.indexOf('@');
    if (at < 0) {
      return Optional.empty();
    }
    ShardMark from = ShardMark.parse(origin.substring(at + 1));
    return Optional.of(
        "stream "
            + origin.substring(0, at)
            + " shard "
            + Shards.id(partition)
            + ", value "
            + (counted + 1)
            + " behind "
            + from.values()
            + " of record "
            + from.sequence());
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
    private final SourceMarks marks;
    private final KinesisClient client = settings.open();
    private final Deque<ShardCursor.Value> polled = new ArrayDeque<>();
    private final Packer packer = new Packer(gathering);
    private @Nullable ShardCursor cursor;

    /** The offset of the next one to come out of the cursor. */
    private long next;

    RangeReader(TopicRange range) {
      this.range = range;
      this.marks = Objects.requireNonNull(range.marks(), "a range of Kinesis");
      this.next = range.from();
    }

    @Override
    public @Nullable RawBlock next() throws IOException {
      for (ShardCursor.Value value = peek(); value != null; value = peek()) {
        boolean alone = packer.standsAlone(value.bytes());
        if (!packer.isEmpty() && (alone || packer.bytes() >= gathering.blockBytes())) {
          break;
        }
        packer.add(value.bytes(), next - range.from());
        polled.remove();
        next++;
        if (alone) {
          break;
        }
      }
      return packer.isEmpty()
          ? null
          : PackedRecords.block(
              origin(range.topicPartition(), ShardMark.parse(marks.from())),
              range.partition(),
              packer.pack(range));
    }

    /** The next value of the range, which is not taken yet; null behind the last. */
    private ShardCursor.@Nullable Value peek() throws IOException {
      while (next < range.to()) {
        ShardCursor.Value value = polled.peek();
        if (value == null) {
          poll();
        } else {
          requireEnd(value);
          return value;
        }
      }
      return null;
    }

    /** The last record has to be the one that it was. */
    private void requireEnd(ShardCursor.Value value) throws IOException {
      if (next == range.to() - 1 && !value.behind().toString().equals(marks.to())) {
        throw new IOException(
            "Records of "
                + range
                + " have to be read once more, and are others than before: from "
                + marks.from()
                + " on the last is "
                + value.behind()
                + " now, and was "
                + marks.to()
                + ". Kinesis may have deleted some: then raise the retention of the stream. Start"
                + " the stream again; it reads them from where the table ends.");
      }
    }

    private void poll() throws IOException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      try {
        if (cursor == null) {
          cursor =
              new ShardCursor(
                  client,
                  range.topic(),
                  Shards.id(range.partition()),
                  ShardMark.parse(marks.from()));
        }
        polled.addAll(cursor.poll(ShardCursor.MOST_RECORDS));
        while (polled.isEmpty()) {
          if (cursor.isEnded() || System.nanoTime() > deadline) {
            throw new IOException(
                "Kinesis gave no record of "
                    + range
                    + (cursor.isEnded() ? "" : " for " + PATIENCE.toSeconds() + " s"));
          }
          Thread.sleep(PAUSE.toMillis());
          polled.addAll(cursor.poll(ShardCursor.MOST_RECORDS));
        }
      } catch (SdkException e) {
        throw new IOException("Cannot read " + range + " from Kinesis: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading " + range);
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
