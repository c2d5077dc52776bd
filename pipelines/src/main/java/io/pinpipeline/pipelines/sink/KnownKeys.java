package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.arrival.RecentKeys;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.RunId;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that the writers of a process have seen, by partition: a good guess at what is a repeat,
 * for copies of a post share a partition. Where it is wrong, or knows too little, the committer has
 * the range written again.
 *
 * <p>All writers of a process share it: which of them gets a partition's next batch is chance with
 * some engines, and others make new writers for each bundle.
 */
final class KnownKeys {

  private static final int BYTES_A_KEY = 16;

  /** A part of the heap, in two generations. */
  private static final long MOST_YOUNGER = Runtime.getRuntime().maxMemory() / 16 / BYTES_A_KEY / 2;

  private record Opened(RunId launch, KnownKeys keys) {}

  private static final Map<String, Opened> OPENED = new ConcurrentHashMap<>();

  private final Map<TopicPartition, Seen> partitions = new ConcurrentHashMap<>();
  private final Duration horizon;
  private final InstantSource clock;

  KnownKeys(Duration horizon, InstantSource clock) {
    this.horizon = horizon;
    this.clock = clock;
  }

  /** Those of a stream. */
  static KnownKeys of(StreamWrites writes) {
    return OPENED
        .compute(
            writes.lake().location().uri(),
            (lake, opened) ->
                opened != null && opened.launch().equals(writes.launch())
                    ? opened
                    : new Opened(writes.launch(), new KnownKeys(writes.horizon(), Instant::now)))
        .keys();
  }

  /** Tells repeats among the records of a partition; asked only during a {@link #turn}. */
  Arrivals arrivals(TopicPartition partition) {
    Seen seen = seen(partition);
    return (key, fingerprint) -> seen.keys.arrive(key, fingerprint);
  }

  /** Begins with the records of a range, once nobody else is at its partition. */
  Turn turn(TopicRange range) {
    Seen seen = seen(range.topicPartition());
    seen.lock.lock();
    if (seen.hasAny(range)) {
      // of records that come once more the first ones are no repeats
      seen.forget();
    }
    seen.age(clock.instant(), horizon, MOST_YOUNGER / partitions.size());
    return new Turn(seen, range);
  }

  private Seen seen(TopicPartition partition) {
    return partitions.computeIfAbsent(partition, any -> new Seen());
  }

  /** The time in which one writer is at a partition. */
  static final class Turn implements Closeable {

    private final Seen seen;
    private final TopicRange range;
    private boolean arrived;

    private Turn(Seen seen, TopicRange range) {
      this.seen = seen;
      this.range = range;
    }

    /** Says that all records of the range have arrived. */
    void arrived() {
      seen.add(range);
      arrived = true;
    }

    /** Ends it. What has not arrived by now will come again. */
    @Override
    public void close() {
      if (!arrived) {
        seen.forget();
      }
      seen.lock.unlock();
    }
  }

  /** What is known of a partition. */
  private static final class Seen {

    private final ReentrantLock lock = new ReentrantLock();
    private volatile RecentKeys keys = new RecentKeys();
    private Instant youngerSince = Instant.MIN;

    /** The offsets of the keys, as intervals without gaps, by their first. */
    private final NavigableMap<Long, Long> offsets = new TreeMap<>();

    boolean hasAny(TopicRange range) {
      Map.Entry<Long, Long> before = offsets.lowerEntry(range.to());
      return before != null && before.getValue() > range.from();
    }

    void add(TopicRange range) {
      Map.Entry<Long, Long> before = offsets.lowerEntry(range.from());
      long from =
          before != null && before.getValue() == range.from() ? before.getKey() : range.from();
      Long behind = offsets.remove(range.to());
      offsets.put(from, behind == null ? range.to() : behind);
    }

    /** Forgets what is older than the horizon, and the older half where there is too much. */
    void age(Instant now, Duration horizon, long mostYounger) {
      if (keys.younger() > mostYounger
          || Duration.between(youngerSince, now).compareTo(horizon) > 0) {
        keys.forgetOlder();
        youngerSince = now;
      }
    }

    void forget() {
      keys = new RecentKeys();
      offsets.clear();
    }
  }
}
