package io.pinpipeline.gateway.emulate;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Posts from a source to a gateway, in turns: the records of a few posts, each dataset's beside the
 * others'. So many turns may be under way at a time; the first of them has to be acknowledged
 * before another begins. So what was acknowledged is told by one position, and whatever ends a run,
 * the next one goes on from there. It sends again what was acknowledged since the state was written
 * last: every post arrives at least once.
 */
public final class Emulation {

  private static final Duration STATE_PERIOD = Duration.ofSeconds(1);
  private static final int DATASETS = 3;
  private static final int SECONDS_TO_END = 5;

  private final PostSource source;
  private final int batch;
  private final int parallel;
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
   * @param parallel how many batches may be under way at a time
   * @param postsPerSecond {@link Double#POSITIVE_INFINITY} for no limit
   * @param stateFile where the run's state is kept; null for nowhere
   * @param from where to begin; its position is written back as the run goes on
   */
  public Emulation(
      PostSource source,
      Destination destination,
      int batch,
      int parallel,
      double postsPerSecond,
      @Nullable Path stateFile,
      RunState from) {
    this.source = source;
    this.batch = batch;
    this.parallel = parallel;
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
   * @param requests how long the requests took that were acknowledged, retries included, in
   *     nanoseconds
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
      Histogram requests,
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

  /** Posts that are under way, and the requests that they are in. */
  private record Turn(PostBatch posts, List<Future<Void>> requests) {}

  /** Runs until there are no more posts, the gateway takes none, or it is stopped. */
  public Outcome run() {
    begun = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(DATASETS * parallel);
    boolean stopped = false;
    IOException failure = null;
    long sent = 0;
    try {
      Deque<Turn> turns = new ArrayDeque<>();
      List<Long> taken = position;
      PostBatch next;
      while (!stopped && (next = source.next(taken, batch)) != null) {
        stopped =
            stop.await(pace.nanosToWait(next.posts(), System.nanoTime()), TimeUnit.NANOSECONDS);
        if (!stopped) {
          sent += next.size();
          taken = next.after();
          turns.add(new Turn(next, send(next, threads)));
          if (turns.size() == parallel) {
            await(turns.remove());
          }
        }
      }
      while (!turns.isEmpty()) {
        await(turns.remove());
      }
    } catch (InterruptedException e) {
      stopped = true;
    } catch (IOException e) {
      failure = e;
    } finally {
      threads.shutdownNow();
    }
    try {
      if (!threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
        throw new IOException("A request does not end.");
      }
      write();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
    } catch (InterruptedException e) {
      stopped = true;
    }
    return new Outcome(
        tally.acknowledged(),
        tally.refused(),
        tally.refusals(),
        source.leftOut(),
        tally.requests(),
        tally.retries(),
        sent - tally.records() - tally.refused(),
        Duration.ofNanos(System.nanoTime() - begun),
        source.progress(position),
        stopped,
        Optional.ofNullable(failure));
  }

  private List<Future<Void>> send(PostBatch posts, ExecutorService threads) {
    List<Future<Void>> requests = new ArrayList<>();
    posts
        .records()
        .forEach(
            (dataset, records) ->
                requests.add(
                    threads.submit(
                        () -> {
                          for (int from = 0; from < records.size(); from += batch) {
                            int to = Math.min(records.size(), from + batch);
                            client.send(dataset, records.subList(from, to));
                          }
                          return null;
                        })));
    return requests;
  }

  /** Waits until the gateway has all posts of a turn, those before it being there. */
  private void await(Turn turn) throws IOException, InterruptedException {
    for (Future<Void> request : turn.requests()) {
      try {
        request.get();
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
    position = turn.posts().after();
    keep();
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

  /** Which part of the posts is acknowledged, from 0 to 1; empty where there is no end. */
  public OptionalDouble share() {
    return source.share(position);
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
