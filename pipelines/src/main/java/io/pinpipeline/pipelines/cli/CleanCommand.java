package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cleans raw records into tables. */
@Command(
    name = "clean",
    description = {
      "Cleans raw records of objects into the Delta tables of a lake.",
      "A run takes the objects that no earlier run has taken; running it again, even after it was"
          + " killed, gives the same tables as one quiet run."
    })
final class CleanCommand extends LakeCommand {

  @Mixin private final InputOptions input = new InputOptions();

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description =
          "Takes the objects of this dataset and leaves the others to other runs, which may be under"
              + " way at the same time.")
  private @Nullable String only;

  @Option(
      names = "--fullRefresh",
      description = "Builds the tables anew from all of the input, in one commit each.")
  private boolean fullRefresh;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "How the books are printed: ${COMPLETION-CANDIDATES} (default: table).")
  private OutputFormat format;

  @Mixin private final WriteOptions write = new WriteOptions();

  @Override
  void check(List<String> faults) {
    input.check(faults);
    InputOptions.checkDataset("--only", only, faults);
    if (only != null && input.isOfOneDataset()) {
      faults.add(
          "--only: with --dataset all of the input is of one dataset; leave one of them out");
    }
    write.check(faults);
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    CleanRun run =
        CleanRun.plan(
            storage,
            request(
                lake,
                input,
                only == null ? Datasets.all() : List.of(Datasets.named(only)),
                fullRefresh,
                write),
            RunId.beginning(Instant.now()));
    boolean forPrograms = format == OutputFormat.json;
    PrintWriter forPeople = forPrograms ? new PrintWriter(Writer.nullWriter()) : out();
    Map<String, Books> books =
        new CleanJob(storage, lake, beam().options(), forPeople, err()).run(run);
    if (forPrograms) {
      printJson(run, books);
    }
    return 0;
  }

  /** What these options ask for. */
  static CleanRun.Request request(
      Lake lake,
      InputOptions input,
      Collection<Dataset<?>> datasets,
      boolean fullRefresh,
      WriteOptions write) {
    return new CleanRun.Request(
        input.pattern(),
        lake,
        input.dataset(),
        datasets,
        fullRefresh,
        write.maxRecordBytes(),
        write.fileForm(),
        Runtime.getRuntime().availableProcessors());
  }

  private void printJson(CleanRun run, Map<String, Books> books) throws IOException {
    JsonText.print(
        out(),
        json -> {
          for (Map.Entry<String, Books> of : books.entrySet()) {
            json.writeObjectFieldStart(of.getKey());
            json.writeStringField("run", run.id().value());
            JsonText.books(json, of.getValue());
            json.writeEndObject();
          }
        });
  }
}
