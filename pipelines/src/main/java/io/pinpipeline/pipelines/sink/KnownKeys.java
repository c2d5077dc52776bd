package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.arrival.KeyIndex;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys that a writer has seen, by partition: a good guess at what is a repeat, for copies of a
 * post share a partition. Where it is wrong, or knows too little, the committer has the range
 * written again.
 */
final class KnownKeys {

  /** Some 40 MB. Then it begins anew. */
  private static final long MOST_KEYS = 1_000_000;

  private static final class Seen {
    final KeyIndex keys = new KeyIndex();
    long next;
  }

  private final Map<TopicPartition, Seen> partitions = new HashMap<>();
  private final Duration horizon;
  private final Clock clock;

  KnownKeys(Duration horizon, Clock clock) {
    this.horizon = horizon;
    this.clock = clock;
  }

  /** Arrivals of records from the beginning of a range on, which will be known from then on. */
  Arrivals arrivals(TopicRange range) {
    if (partitions.values().stream().mapToLong(seen -> seen.keys.size()).sum() > MOST_KEYS) {
      partitions.clear();
    }
    TopicPartition partition = range.topicPartition();
    Seen seen = partitions.get(partition);
    if (seen == null || range.from() < seen.next) {
      // of records that come once more the first ones are no repeats
      seen = new Seen();
      partitions.put(partition, seen);
    }
    long minute = clock.instant().getEpochSecond() / 60;
    return seen.keys.arrivals((int) minute, (int) Math.max(0, minute - horizon.toMinutes()));
  }

  /** Says that the records of a range have arrived. */
  void arrived(TopicRange range) {
    Seen seen = partitions.get(range.topicPartition());
    if (seen != null) {
      seen.next = range.to();
    }
  }
}
