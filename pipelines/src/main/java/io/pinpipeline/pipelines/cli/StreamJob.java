package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanPipeline;
import io.pinpipeline.pipelines.StreamRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a planned stream until it is caught up or told to end, and tells what it committed. */
final class StreamJob {

  private static final Duration LOOK = Duration.millis(250);
  private static final long TELL_SECONDS = 30;
  private static final long LONGEST_END_SECONDS = 60;

  /** How often it is looked whether a stream has caught up, by the commit interval. */
  private static final int LOOKS_PER_COMMIT = 10;

  private final Storage storage;
  private final Lake lake;
  private final PipelineOptions options;
  private final PrintWriter out;
  private final PrintWriter err;
  private final AtomicBoolean ending = new AtomicBoolean();
  private @Nullable MetricsServer metrics;
  private java.time.Duration patience = java.time.Duration.ofMinutes(10);

  StreamJob(Storage storage, Lake lake, PipelineOptions options, PrintWriter out, PrintWriter err) {
    this.storage = storage;
    this.lake = lake;
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /** Has it show its metrics while it runs. */
  StreamJob showing(@Nullable MetricsServer server) {
    metrics = server;
    return this;
  }

  /**
   * For how long, but no shorter than ten commit intervals, it may commit nothing while records
   * wait that were there before: 10 minutes unless told otherwise.
   */
  StreamJob patientFor(java.time.Duration longest) {
    patience = longest;
    return this;
  }

  /**
   * Runs it.
   *
   * @param untilCaughtUp whether it ends once the records are committed that were there before
   * @return the books of what was committed meanwhile
   * @throws IOException if the engine fails, or a stream that is to catch up does not get on
   */
  Map<String, Books> run(StreamRun run, boolean untilCaughtUp) throws IOException {
    Map<String, Books> before = books();
    err.printf(
        Locale.ROOT,
        "stream %s: %,d partitions, %,d records behind, to %s%n",
        run.launch(),
        run.begin().size(),
        run.lag(storage),
        lake.location());
    BeamArguments.prepare(options);
    Pipeline pipeline = Pipeline.create(options);
    CleanPipeline.build(pipeline, run);
    if (BeamArguments.isDetached() && !untilCaughtUp && metrics == null) {
      pipeline.run();
      err.println("the stream goes on without this command; end it with the engine's own");
      return Map.of();
    }
    CountDownLatch ended = new CountDownLatch(1);
    Thread endByUser = new Thread(() -> endByUser(ended), "end");
    Runtime.getRuntime().addShutdownHook(endByUser);
    try {
      PipelineResult result = BeamArguments.follow(pipeline.run());
      if (metrics != null) {
        metrics.show(result, run, storage);
      }
      follow(result, run, untilCaughtUp);
      run.end(storage);
      Map<String, Books> committed = new LinkedHashMap<>();
      books()
          .forEach(
              (dataset, after) ->
                  committed.put(dataset, after.minus(before.getOrDefault(dataset, Books.NONE))));
      CleanJob.print(committed, out);
      return committed;
    } finally {
      ended.countDown();
      removeHook(endByUser);
    }
  }

  private void follow(PipelineResult result, StreamRun run, boolean untilCaughtUp)
      throws IOException {
    long told = System.nanoTime();
    long looked = told;
    long progressed = told;
    long behind = Long.MAX_VALUE;
    long longest = Math.max(patience.toNanos(), 10 * run.commitInterval().toNanos());
    while (true) {
      PipelineResult.State state = result.waitUntilFinish(LOOK);
      long now = System.nanoTime();
      if (untilCaughtUp && now - looked > run.commitInterval().toNanos() / LOOKS_PER_COMMIT) {
        looked = now;
        long lag = run.lag(storage);
        if (lag == 0) {
          err.println("caught up");
          result.cancel();
          return;
        }
        if (lag < behind) {
          behind = lag;
          progressed = now;
        } else if (now - progressed > longest) {
          result.cancel();
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "Nothing was committed for %s, though %,d records wait: Kafka does not give them,"
                      + " or the engine has lost them. Check that the brokers can be reached, and"
                      + " start the stream again: it goes on where the tables end.",
                  Durations.text(java.time.Duration.ofNanos(longest)),
                  behind));
        }
      }
      if (ending.get()) {
        err.println("ending; what is not committed is read again when the stream is started again");
        result.cancel();
        return;
      }
      if (state != null && state.isTerminal()) {
        String ended = "The stream ended as " + state + ": someone has stopped it.";
        if (untilCaughtUp) {
          throw new IOException(ended + " It was not caught up. Start it again.");
        }
        err.println(ended);
        return;
      }
      if (now - told > TimeUnit.SECONDS.toNanos(TELL_SECONDS)) {
        told = now;
        long read = books().values().stream().mapToLong(Books::read).sum();
        err.printf(Locale.ROOT, "%,d records committed%n", read);
      }
    }
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
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }

  private Map<String, Books> books() throws IOException {
    Map<String, Books> books = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      books.put(dataset.name(), CleanTable.open(storage, lake, dataset).streamBooks());
    }
    return books;
  }
}
