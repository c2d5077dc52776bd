package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.WrittenRange;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * For how long ranges have been waiting for the records before them. Each partition has a hole of
 * its own: that others go on does not fill it.
 */
final class Holes {

  /** The first range behind a hole, and since when it has been that. */
  private record Waiting(TopicRange range, long sinceNanos) {}

  private final LongSupplier nanos;
  private Map<TopicPartition, Waiting> waiting = new HashMap<>();

  /**
   * @param nanos tells the time, as {@link System#nanoTime()} does
   */
  Holes(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Says which ranges are waiting now.
   *
   * @return the first one behind a hole that has been open for longer than this
   */
  Optional<TopicRange> openFor(Duration longest, Collection<WrittenRange> leftOver) {
    long now = nanos.getAsLong();
    Map<TopicPartition, Waiting> open = new HashMap<>();
    for (WrittenRange range : leftOver) {
      open.merge(
          range.range().topicPartition(),
          new Waiting(range.range(), now),
          (one, other) -> one.range().from() <= other.range().from() ? one : other);
    }
    open.replaceAll(
        (partition, behind) -> {
          Waiting before = waiting.get(partition);
          return before == null || before.range().from() != behind.range().from()
              ? behind
              : new Waiting(behind.range(), before.sinceNanos());
        });
    waiting = open;
    return open.values().stream()
        .filter(behind -> now - behind.sinceNanos() > longest.toNanos())
        .map(Waiting::range)
        .findFirst();
  }
}
