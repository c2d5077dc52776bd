package io.pinpipeline.gateway.emulate;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Posts from a source to a gateway, in turns: the records of a few posts, each dataset's beside the
 * others', and the next ones when the gateway has all of them. So what was acknowledged is told by
 * one position, and whatever ends a run, the next one goes on from there. It sends again what was
 * acknowledged since the state was written last: every post arrives at least once.
 */
public final class Emulation {

  private static final Duration STATE_PERIOD = Duration.ofSeconds(1);
  private static final int DATASETS = 3;

  private final PostSource source;
  private final int batch;
  private final Pace pace;
  private final @Nullable Path stateFile;
  private final Map<String, String> run;
  private final Tally tally = new Tally();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final GatewayClient client;
  private volatile long begun = System.nanoTime();
  private volatile List<Long> position;
  private long written = begun;

  /**
   * A run.
   *
   * @param batch how many posts are sent together, and how many records at most in a request
   * @param postsPerSecond {@link Double#POSITIVE_INFINITY} for no limit
   * @param stateFile where the run's state is kept; null for nowhere
   * @param from where to begin; its position is written back as the run goes on
   */
  public Emulation(
      PostSource source,
      Destination destination,
      int batch,
      double postsPerSecond,
      @Nullable Path stateFile,
      RunState from) {
    this.source = source;
    this.batch = batch;
    this.stateFile = stateFile;
    run = from.run();
    position = from.position();
    pace = new Pace(postsPerSecond);
    client = new GatewayClient(destination, tally, stop);
  }

  /**
   * How a run ended.
   *
   * @param acknowledged what the gateway has taken in this run, by dataset
   * @param refused how many records it refused for good
   * @param refusals the first of them, in words
   * @param leftOut how many records of the source nobody can post
   * @param retries how many requests were sent again
   * @param unknown how many records were being sent when the run ended early; the gateway may have
   *     them
   * @param time how long it took
   * @param progress how far it came, in words
   * @param stopped whether it was stopped
   * @param failure why it ended early, if it failed
   */
  public record Outcome(
      Map<String, Long> acknowledged,
      long refused,
      List<String> refusals,
      long leftOut,
      long retries,
      long unknown,
      Duration time,
      String progress,
      boolean stopped,
      Optional<IOException> failure) {

    /** All that were acknowledged. */
    public long records() {
      return acknowledged.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Requires that the gateway answers.
   *
   * @throws IOException if it does not
   */
  public void requireGateway() throws IOException, InterruptedException {
    client.requireThere();
  }

  /** Runs until there are no more posts, the gateway takes none, or it is stopped. */
  public Outcome run() {
    begun = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(DATASETS);
    boolean stopped = false;
    IOException failure = null;
    long unknown = 0;
    try {
      PostBatch next;
      while (!stopped && (next = source.next(position, batch)) != null) {
        stopped =
            stop.await(pace.nanosToWait(next.posts(), System.nanoTime()), TimeUnit.NANOSECONDS);
        if (!stopped) {
          long before = tally.records() + tally.refused();
          unknown = next.size();
          try {
            send(next, threads);
          } finally {
            unknown -= tally.records() + tally.refused() - before;
          }
          position = next.after();
          keep();
        }
      }
    } catch (InterruptedException e) {
      stopped = true;
    } catch (IOException e) {
      failure = e;
    } finally {
      threads.shutdownNow();
    }
    try {
      write();
    } catch (IOException e) {
      failure = e;
    }
    return new Outcome(
        tally.acknowledged(),
        tally.refused(),
        tally.refusals(),
        source.leftOut(),
        tally.retries(),
        unknown,
        Duration.ofNanos(System.nanoTime() - begun),
        source.progress(position),
        stopped,
        Optional.ofNullable(failure));
  }

  private void send(PostBatch posts, ExecutorService threads)
      throws IOException, InterruptedException {
    List<Callable<Void>> tasks = new ArrayList<>();
    posts
        .records()
        .forEach(
            (dataset, records) ->
                tasks.add(
                    () -> {
                      for (int from = 0; from < records.size(); from += batch) {
                        int to = Math.min(records.size(), from + batch);
                        client.send(dataset, records.subList(from, to));
                      }
                      return null;
                    }));
    for (Future<Void> task : threads.invokeAll(tasks)) {
      try {
        task.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        if (e.getCause() instanceof InterruptedException stopped) {
          throw stopped;
        }
        throw new IllegalStateException(e);
      }
    }
  }

  private void keep() throws IOException {
    if (System.nanoTime() - written >= STATE_PERIOD.toNanos()) {
      write();
    }
  }

  private void write() throws IOException {
    if (stateFile == null) {
      return;
    }
    try {
      new RunState(run, position).write(stateFile);
    } catch (IOException e) {
      throw new IOException(
          "The state cannot be written to %s: %s. Make room, or give a file elsewhere with --resume=FILE."
              .formatted(stateFile, e.getMessage()),
          e);
    }
    written = System.nanoTime();
  }

  /** Has the run end soon, with its state written. */
  public void stop() {
    stop.countDown();
  }

  /** How far the run is, in words. */
  public String progress() {
    double seconds = (System.nanoTime() - begun) / 1e9;
    long records = tally.records();
    String trouble = tally.trouble();
    return String.format(
        Locale.ROOT,
        "%s, %,d records, %,.0f records/s, %,d retries%s",
        source.progress(position),
        records,
        records / seconds,
        tally.retries(),
        trouble.isEmpty() ? "" : "; trying again: " + trouble);
  }
}
