package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanRun;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
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

  @Option(
      names = "--input",
      required = true,
      paramLabel = "GLOB",
      description = {
        "The objects to read: files, folders or globs (*, **, ?, [ab], {a,b}), on local disk or"
            + " s3://, several parted by commas. Newline-delimited JSON, gzipped if the name ends in"
            + " .gz. The dataset follows from the name: pin.jsonl, geo-0001.json.gz, or a topic's"
            + " folder such as topics/mine.user/."
      })
  private String input;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "The dataset that all of the input belongs to, whatever the names.")
  private @Nullable String dataset;

  @Option(
      names = "--fullRefresh",
      description = "Builds the tables anew from all of the input, in one commit each.")
  private boolean fullRefresh;

  @Mixin private final WriteOptions write = new WriteOptions();

  @Override
  void check(List<String> faults) {
    if (dataset != null) {
      try {
        Datasets.named(dataset);
      } catch (IllegalArgumentException e) {
        faults.add("--dataset: " + e.getMessage());
      }
    }
    write.check(faults);
    faults.addAll(CleanJob.inputFaults(input));
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    Dataset<?> only = dataset == null ? null : Datasets.named(dataset);
    CleanRun run =
        CleanRun.plan(
            storage,
            new CleanRun.Request(
                input,
                lake,
                only,
                fullRefresh,
                write.maxRecordBytes(),
                write.fileForm(),
                Runtime.getRuntime().availableProcessors()),
            RunId.beginning(Instant.now()));
    new CleanJob(storage, lake, beam().options(), out(), err()).run(run);
    return 0;
  }
}
