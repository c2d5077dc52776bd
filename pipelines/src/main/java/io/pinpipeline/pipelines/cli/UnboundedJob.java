package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.UnboundedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs what has no end of its own until it is caught up or told to end. */
final class UnboundedJob {

  /**
   * What is done with a job while it runs and when it has ended.
   *
   * @param <R> its run
   */
  interface Teller<R extends UnboundedRun> {

    /** How far it is, in a line. */
    String progress(R run) throws IOException;

    /** Plans it anew once it has ended. */
    R again(R run) throws IOException;

    /** Tells what it has done; all of that is where it belongs. */
    void tellAll(R run) throws IOException;
  }

  private static final Duration LOOK = Duration.millis(250);
  private static final long TELL_SECONDS = 30;
  private static final long LONGEST_END_SECONDS = 60;

  /** How often it is looked whether it has caught up, by the commit interval. */
  private static final int LOOKS_PER_COMMIT = 10;

  /** For how long nothing may get on, unless told otherwise. */
  static final java.time.Duration PATIENCE = java.time.Duration.ofMinutes(10);

  private final String name;
  private final Storage storage;
  private final PipelineOptions options;
  private final PrintWriter err;
  private final @Nullable Integer metricsPort;
  private final AtomicBoolean ending = new AtomicBoolean();
  private java.time.Duration patience = PATIENCE;

  /**
   * A job.
   *
   * @param name what people call it
   * @param metricsPort where it shows its metrics while it runs; null for nowhere
   */
  UnboundedJob(
      String name,
      Storage storage,
      PipelineOptions options,
      PrintWriter err,
      @Nullable Integer metricsPort) {
    this.name = name;
    this.storage = storage;
    this.options = options;
    this.err = err;
    this.metricsPort = metricsPort;
  }

  /**
   * For how long, but no shorter than ten commit intervals, it may not get on while records wait
   * that were there before.
   */
  UnboundedJob patientFor(java.time.Duration longest) {
    patience = longest;
    return this;
  }

  /**
   * Runs it.
   *
   * @param untilCaughtUp whether it ends once the records are where they belong that were there
   *     before
   * @throws IOException if the engine fails, or what is to catch up does not get on
   */
  <R extends UnboundedRun> void run(R run, boolean untilCaughtUp, Teller<R> teller)
      throws IOException {
    try (MetricsServer metrics = metricsPort == null ? null : MetricsServer.start(metricsPort)) {
      if (metrics != null) {
        err.println("metrics at http://127.0.0.1:" + metrics.port() + "/metrics");
      }
      run(run, untilCaughtUp, teller, metrics);
    }
  }

  private <R extends UnboundedRun> void run(
      R run, boolean untilCaughtUp, Teller<R> teller, @Nullable MetricsServer metrics)
      throws IOException {
    BeamArguments.prepare(options);
    Pipeline pipeline = pipeline(run);
    if (BeamArguments.isDetached() && !untilCaughtUp && metrics == null) {
      pipeline.run();
      err.println("the " + name + " goes on without this command; end it with the engine's own");
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Thread endByUser = new Thread(() -> endByUser(ended), "end");
    BeamArguments.addShutdownHook(endByUser);
    R reading = run;
    try (PartitionWatch partitions = PartitionWatch.over(run, storage)) {
      while (true) {
        PipelineResult result = BeamArguments.follow(pipeline.run());
        if (metrics != null) {
          metrics.show(result, reading, storage);
        }
        boolean grown = follow(result, reading, untilCaughtUp, teller, partitions);
        reading.end(storage);
        if (!grown) {
          break;
        }
        reading = teller.again(reading);
        partitions.watch(reading);
        pipeline = pipeline(reading);
      }
      teller.tellAll(reading);
    } finally {
      ended.countDown();
      removeHook(endByUser);
    }
  }

  private Pipeline pipeline(UnboundedRun run) {
    Pipeline pipeline = Pipeline.create(options);
    run.build(pipeline);
    return pipeline;
  }

  /** Waits until it is to end; whether it is to begin again, with partitions that are new. */
  private <R extends UnboundedRun> boolean follow(
      PipelineResult result,
      R run,
      boolean untilCaughtUp,
      Teller<R> teller,
      PartitionWatch partitions)
      throws IOException {
    Set<TopicPartition> named = Set.of();
    long told = System.nanoTime();
    long looked = told;
    long progressed = told;
    long behind = Long.MAX_VALUE;
    long longest = Math.max(patience.toNanos(), 10 * run.commitInterval().toNanos());
    while (true) {
      PipelineResult.State state = result.waitUntilFinish(LOOK);
      boolean ended = state != null && state.isTerminal();
      long now = System.nanoTime();
      if (untilCaughtUp
          && (ended || now - looked > run.commitInterval().toNanos() / LOOKS_PER_COMMIT)) {
        looked = now;
        long lag = run.lag(storage);
        if (lag == 0) {
          tellCaughtUp(partitions.look());
          if (!ended) {
            result.cancel();
          }
          return false;
        }
        if (lag < behind) {
          behind = lag;
          progressed = now;
        } else if (now - progressed > longest) {
          result.cancel();
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "Nothing was committed for %s, though %s wait: %s does not give them,"
                      + " or the engine has lost them. Check that it can be reached, and"
                      + " start the %s again: it goes on from there.",
                  Durations.text(java.time.Duration.ofNanos(longest)),
                  run.tell(behind),
                  run.from(),
                  name));
        }
      }
      if (ending.get()) {
        err.println(
            "ending; what is not written is read again when the " + name + " is started again");
        result.cancel();
        return false;
      }
      Set<TopicPartition> unread = untilCaughtUp ? Set.of() : partitions.unread();
      if (!unread.isEmpty() && BeamArguments.startsAgain()) {
        err.printf(
            "the %s begins again where it has come to, to read %s too, new since it began%n",
            name, text(unread));
        result.cancel();
        return true;
      }
      if (!named.containsAll(unread)) {
        named = unread;
        err.printf(
            "warning: %s, new since the %s began, is not read; start the %s again to read it too%n",
            text(unread), name, name);
      }
      if (ended) {
        String how = "The " + name + " ended as " + state + ": someone has stopped it.";
        if (untilCaughtUp) {
          throw new IOException(how + " It was not caught up. Start it again.");
        }
        err.println(how);
        return false;
      }
      if (now - told > TimeUnit.SECONDS.toNanos(TELL_SECONDS)) {
        told = now;
        err.println(teller.progress(run));
      }
    }
  }

  private void tellCaughtUp(Set<TopicPartition> unread) {
    err.println(
        unread.isEmpty()
            ? "caught up"
            : "caught up with what was there when it began; "
                + text(unread)
                + ", new since, was not read: start the "
                + name
                + " again to read it too");
  }

  private static String text(Set<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::toString).collect(Collectors.joining(", "));
  }

  /** Has the pipeline end, and lets the process go once it has. */
  private void endByUser(CountDownLatch ended) {
    ending.set(true);
    try {
      ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      BeamArguments.removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }
}
