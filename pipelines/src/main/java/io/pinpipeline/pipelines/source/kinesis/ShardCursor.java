package io.pinpipeline.pipelines.source.kinesis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Reads a shard, value by value, from a mark on. Not thread-safe. */
final class ShardCursor {

  /** The most that a request may ask for. */
  static final int MOST_RECORDS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(ShardCursor.class);

  /**
   * What a producer sent.
   *
   * @param behind the place behind it
   * @param arrivedAt when it came, about
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Value(byte[] bytes, ShardMark behind, Instant arrivedAt) {}

  private final KinesisClient client;
  private final String stream;
  private final String shard;
  private final ShardMark begin;
  private ShardMark mark;
  private @Nullable String iterator;
  private long millisBehind = Long.MAX_VALUE;
  private boolean begun;

  /** Begins; its client may throw whatever Kinesis answers. */
  ShardCursor(KinesisClient client, String stream, String shard, ShardMark begin) {
    this.client = client;
    this.stream = stream;
    this.shard = shard;
    this.begin = begin;
    this.mark = begin;
    this.iterator = iterator();
  }

  private String iterator() {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamName(stream).shardId(shard);
    if (mark.equals(ShardMark.OLDEST)) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      // not behind it: some of its values may be left
      request
          .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
          .startingSequenceNumber(mark.sequence());
    }
    return client.getShardIterator(request.build()).shardIterator();
  }

  /** The shard is closed, and all of it has been read. */
  boolean isEnded() {
    return iterator == null;
  }

  /** There was nothing more when Kinesis answered last. */
  boolean isAtTip() {
    return isEnded() || millisBehind == 0;
  }

  /** What comes next, as one answer of Kinesis has it; there may be more though it is nothing. */
  List<Value> poll(int records) {
    if (iterator == null) {
      return List.of();
    }
    GetRecordsResponse response;
    try {
      response = get(iterator, records);
    } catch (ExpiredIteratorException e) {
      response = get(iterator(), records);
    }
    List<Value> values = new ArrayList<>();
    List<KinesisClientRecord> answered =
        response.records().stream().map(KinesisClientRecord::fromRecord).toList();
    String sequence = "";
    long nth = 0;
    for (KinesisClientRecord value : new AggregatorUtil().deaggregate(answered)) {
      nth = value.sequenceNumber().equals(sequence) ? nth + 1 : 1;
      sequence = value.sequenceNumber();
      if (!begun) {
        begun = true;
        warnOfLoss(sequence);
      }
      if (!sequence.equals(mark.sequence()) || nth > mark.values()) {
        mark = new ShardMark(sequence, nth);
        byte[] bytes = new byte[value.data().remaining()];
        value.data().get(bytes);
        values.add(new Value(bytes, mark, value.approximateArrivalTimestamp()));
      }
    }
    iterator = response.nextShardIterator();
    millisBehind = response.records().isEmpty() ? response.millisBehindLatest() : Long.MAX_VALUE;
    return values;
  }

  private GetRecordsResponse get(String from, int records) {
    return client.getRecords(request -> request.shardIterator(from).limit(records));
  }

  private void warnOfLoss(String first) {
    if (begin.values() > 0 && !begin.sequence().equals(first)) {
      LOG.warn(
          "Kinesis has deleted the record {} of {} {}, behind which is to be read. If others behind"
              + " it were deleted too, they are lost: raise the retention of the stream.",
          begin.sequence(),
          stream,
          shard);
    }
  }
}
