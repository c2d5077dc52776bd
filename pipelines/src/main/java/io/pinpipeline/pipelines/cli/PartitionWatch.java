package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.pipelines.UnboundedRun;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watches whether the topics of a run get more partitions. Beam's readers are given theirs when a
 * pipeline starts, and see no others; what is in those would never be read.
 */
final class PartitionWatch implements Closeable {

  private static final long LEAST_MILLIS = 1000;
  private static final long MOST_MILLIS = 60_000;

  private final Topics topics;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "partitions");
            thread.setDaemon(true);
            return thread;
          });
  private UnboundedRun run;
  private Set<TopicPartition> unread = Set.of();

  private PartitionWatch(UnboundedRun run, Topics topics) {
    this.run = run;
    this.topics = topics;
  }

  /**
   * Looks each commit interval, or each minute where that is longer.
   *
   * @throws IOException if the settings are none that Kafka's client takes
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it throws nothing
  static PartitionWatch over(UnboundedRun run) throws IOException {
    PartitionWatch watch = new PartitionWatch(run, Topics.of(run.kafka()));
    long period = Math.min(MOST_MILLIS, Math.max(LEAST_MILLIS, run.commitInterval().toMillis()));
    watch.looking.scheduleWithFixedDelay(watch::look, period, period, TimeUnit.MILLISECONDS);
    return watch;
  }

  /** Watches over another run from now on, which reads the same topics. */
  synchronized void watch(UnboundedRun next) {
    run = next;
    unread = Set.of();
  }

  /** The partitions that the run does not read, as far as is known. */
  synchronized Set<TopicPartition> unread() {
    return unread;
  }

  /** Looks, and tells the same. */
  Set<TopicPartition> look() {
    UnboundedRun asked = asked();
    try {
      return found(asked, asked.unread(topics).keySet());
    } catch (IOException | RuntimeException e) {
      return unread(); // Kafka does not answer; what reads from it tells, if it stays so
    }
  }

  private synchronized UnboundedRun asked() {
    return run;
  }

  private synchronized Set<TopicPartition> found(UnboundedRun by, Set<TopicPartition> partitions) {
    if (by == run) {
      unread = partitions;
    }
    return unread;
  }

  @Override
  public void close() {
    looking.shutdownNow();
    topics.close();
  }
}
