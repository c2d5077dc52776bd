package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.UnboundedRun;
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

  private final Storage storage;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "partitions");
            thread.setDaemon(true);
            return thread;
          });
  private UnboundedRun.Meter meter;
  private Set<TopicPartition> unread = Set.of();

  private PartitionWatch(Storage storage, UnboundedRun.Meter meter) {
    this.storage = storage;
    this.meter = meter;
  }

  /**
   * Looks each commit interval, or each minute where that is longer.
   *
   * @throws IOException if what the run reads from cannot be asked
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it throws nothing
  static PartitionWatch over(UnboundedRun run, Storage storage) throws IOException {
    PartitionWatch watch = new PartitionWatch(storage, run.meter(storage));
    long period = Math.min(MOST_MILLIS, Math.max(LEAST_MILLIS, run.commitInterval().toMillis()));
    watch.looking.scheduleWithFixedDelay(watch::look, period, period, TimeUnit.MILLISECONDS);
    return watch;
  }

  /**
   * Watches over another run from now on, which reads the same topics.
   *
   * @throws IOException if what the run reads from cannot be asked
   */
  synchronized void watch(UnboundedRun next) throws IOException {
    UnboundedRun.Meter before = meter;
    meter = next.meter(storage);
    unread = Set.of();
    before.close();
  }

  /** The partitions that the run does not read, as far as is known. */
  synchronized Set<TopicPartition> unread() {
    return unread;
  }

  /** Looks, and tells the same. */
  Set<TopicPartition> look() {
    UnboundedRun.Meter asked = asked();
    try {
      return found(asked, asked.unread().keySet());
    } catch (IOException | RuntimeException e) {
      return unread(); // it does not answer; what reads from it tells, if it stays so
    }
  }

  private synchronized UnboundedRun.Meter asked() {
    return meter;
  }

  private synchronized Set<TopicPartition> found(
      UnboundedRun.Meter by, Set<TopicPartition> partitions) {
    if (by == meter) {
      unread = partitions;
    }
    return unread;
  }

  @Override
  public synchronized void close() {
    looking.shutdownNow();
    meter.close();
  }
}
