package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.StreamRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Runs a planned stream until it is caught up or told to end, and tells what it committed. */
final class StreamJob {

  private final Storage storage;
  private final Lake lake;
  private final PipelineOptions options;
  private final PrintWriter out;
  private final PrintWriter err;
  private @Nullable Integer metricsPort;
  private Duration patience = UnboundedJob.PATIENCE;

  StreamJob(Storage storage, Lake lake, PipelineOptions options, PrintWriter out, PrintWriter err) {
    this.storage = storage;
    this.lake = lake;
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /** Has it show its metrics while it runs, if a port is given. */
  StreamJob showing(@Nullable Integer port) {
    metricsPort = port;
    return this;
  }

  /**
   * For how long, but no shorter than ten commit intervals, it may commit nothing while records
   * wait that were there before: 10 minutes unless told otherwise.
   */
  StreamJob patientFor(Duration longest) {
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
        "stream %s: %,d partitions, %s behind, to %s%n",
        run.launch(),
        run.begin().size(),
        run.tell(run.lag(storage)),
        lake.location());
    Map<String, Books> committed = new LinkedHashMap<>();
    new UnboundedJob("stream", storage, options, err, metricsPort)
        .patientFor(patience)
        .run(
            run,
            untilCaughtUp,
            new UnboundedJob.Teller<StreamRun>() {
              @Override
              public String progress(StreamRun reading) throws IOException {
                long read = books().values().stream().mapToLong(Books::read).sum();
                return String.format(Locale.ROOT, "%,d records committed", read);
              }

              @Override
              public StreamRun again(StreamRun ended) throws IOException {
                return ended.again(storage);
              }

              @Override
              public void tellAll(StreamRun ended) throws IOException {
                books()
                    .forEach(
                        (dataset, after) ->
                            committed.put(
                                dataset, after.minus(before.getOrDefault(dataset, Books.NONE))));
                CleanJob.print(committed, out);
              }
            });
    return committed;
  }

  private Map<String, Books> books() throws IOException {
    Map<String, Books> books = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      books.put(dataset.name(), CleanTable.open(storage, lake, dataset).streamBooks());
    }
    return books;
  }
}
