package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.RunReport;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanPipeline;
import io.pinpipeline.pipelines.CleanRun;
import io.pinpipeline.report.Figures;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** Runs a planned run to its end, tells how far it is, and shows its books. */
final class CleanJob {

  private final Storage storage;
  private final Lake lake;
  private final PipelineOptions options;
  private final PrintWriter out;
  private final PrintWriter err;

  CleanJob(Storage storage, Lake lake, PipelineOptions options, PrintWriter out, PrintWriter err) {
    this.storage = storage;
    this.lake = lake;
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /** Runs it; the books of each dataset that had something to take. */
  Map<String, Books> run(CleanRun run) throws IOException {
    run.passedOver()
        .forEach(
            (dataset, objects) -> {
              if (objects > 0) {
                err.println(dataset + ": " + objects + " objects were taken by earlier runs");
              }
            });
    if (run.isEmpty()) {
      out.println(
          run.passedOver().isEmpty()
              ? "Nothing to take: the input has no objects of these datasets."
              : "Nothing new: every object of the input is in the tables already.");
      return Map.of();
    }
    err.printf(
        Locale.ROOT,
        "run %s: %s in %,d objects to %s%n",
        run.id(),
        Figures.bytes(run.bytes()),
        run.taken().values().stream().mapToInt(List::size).sum(),
        lake.location());
    long begun = System.nanoTime();
    BeamArguments.prepare(options);
    Pipeline pipeline = Pipeline.create(options);
    CleanPipeline.build(pipeline, run);
    PipelineResult result = pipeline.run();
    try (Progress progress = new Progress(result, run.recordBytes(), err)) {
      PipelineResult.State state = progress.await();
      if (state != PipelineResult.State.DONE) {
        throw new IOException(
            "The run ended as " + state + ". What it did not commit does not count: run it again.");
      }
    }
    Map<String, Books> books = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      if (run.taken().containsKey(dataset)) {
        RunReport last =
            CleanTable.open(storage, lake, dataset)
                .lastRun()
                .filter(report -> report.run().equals(run.id().value()))
                .orElseThrow(
                    () ->
                        new IOException(
                            "The run is over, and "
                                + lake.silver(dataset.name())
                                + " does not hold it. Run it again."));
        books.put(dataset.name(), last.books());
      }
    }
    print(books, out);
    long records = books.values().stream().mapToLong(Books::read).sum();
    double seconds = (System.nanoTime() - begun) / 1e9;
    err.printf(
        Locale.ROOT,
        "%,d records, %s in %.1f s: %,.0f records/s, %.0f MB/s%n",
        records,
        Figures.bytes(run.bytes()),
        seconds,
        records / seconds,
        run.bytes() / seconds / 1e6);
    return books;
  }

  static void print(Map<String, Books> books, PrintWriter out) {
    TextTable table =
        new TextTable("books", "read", "=", "clean", "+", "duplicates", "+", "dead letters");
    books.forEach(
        (dataset, of) ->
            table.add(
                dataset, of.read(), "=", of.clean(), "+", of.duplicates(), "+", of.deadLetters()));
    table.print(out);
    books.forEach(
        (dataset, of) ->
            of.deadLettersByCode()
                .forEach((code, count) -> out.println("  " + dataset + " " + code + " " + count)));
  }
}
