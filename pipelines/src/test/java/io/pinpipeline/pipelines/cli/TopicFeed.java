package io.pinpipeline.pipelines.cli;

import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Posts that come while a stream reads them: never more than some records ahead of what its tables
 * hold. So a stream has always something to read, and is not at the end before it has committed all
 * but those.
 */
public final class TopicFeed implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final Lake lake;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong ahead;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> sending;

  /**
   * Begins to send posts to the topics of a prefix.
   *
   * @param lake of the stream
   * @param ahead so many records at the most
   */
  public TopicFeed(
      String bootstrapServers, String prefix, PostGenerator posts, Path lake, long ahead) {
    this.lake = new Lake(Location.ofPath(lake));
    this.ahead = new AtomicLong(ahead);
    sending =
        thread.submit(
            () ->
                TopicPosts.send(
                    new KafkaSettings(bootstrapServers, Map.of()),
                    prefix,
                    posts,
                    () -> {
                      if (sent.get() % (ahead / 4) == 0) {
                        await()
                            .ignoreExceptions() // a table may be gone for a while
                            .atMost(LONGEST)
                            .until(() -> sent.get() - committed() <= this.ahead.get());
                      }
                      sent.incrementAndGet();
                    }));
  }

  /** Waits until at least so many records are committed. */
  public void awaitCommitted(long records) {
    await().atMost(LONGEST).until(() -> committed() >= records);
  }

  /** How many records are committed. */
  public long committed() {
    long committed = 0;
    try (LocalStorage storage = new LocalStorage()) {
      for (Dataset<?> dataset : Datasets.all()) {
        committed += CleanTable.open(storage, lake, dataset).streamBooks().read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return committed;
  }

  /** Whether there are more records to come. */
  public boolean isSending() {
    return !sending.isDone();
  }

  /**
   * Takes the last commit of a dataset back, as restoring an older copy of the table does. A stream
   * that runs on finds that what it has read since is not there.
   */
  public void takeBack(String dataset) throws IOException {
    Path log = Path.of(URI.create(lake.silver(dataset).uri())).resolve("_delta_log");
    try (Stream<Path> files = Files.list(log)) {
      Path last =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .max(Comparator.naturalOrder())
              .orElseThrow();
      Files.delete(last);
      Files.delete(Path.of(last.toString().replaceFirst("json$", "crc")));
    }
  }

  /** Sends what is left as fast as it can, and waits until all are sent. */
  public void sendTheRest() throws InterruptedException, ExecutionException {
    ahead.set(Long.MAX_VALUE);
    sending.get();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
