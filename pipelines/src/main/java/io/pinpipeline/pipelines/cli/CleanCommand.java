package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanRun;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.S3Source;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  enum Compression {
    snappy,
    zstd
  }

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
      names = "--runner",
      paramLabel = "ENGINE",
      description = "The engine to run on (default: the one this bundle is made for).")
  private @Nullable String runner;

  @Option(
      names = "--fullRefresh",
      description = "Builds the tables anew from all of the input, in one commit each.")
  private boolean fullRefresh;

  @Option(
      names = "--compression",
      defaultValue = "snappy",
      description = "Of the data files: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Compression compression;

  @Option(
      names = "--targetFileBytes",
      paramLabel = "N",
      defaultValue = "" + RollingDataFileWriter.DEFAULT_TARGET_BYTES,
      description = "A data file ends at this size (default: ${DEFAULT-VALUE}).")
  private long targetFileBytes;

  @Option(
      names = "--maxRecordBytes",
      paramLabel = "N",
      defaultValue = "" + S3Source.DEFAULT_MAX_RECORD_BYTES,
      description = "Larger records are dead letters (default: ${DEFAULT-VALUE}).")
  private int maxRecordBytes;

  @Override
  void check(List<String> faults) {
    if (dataset != null) {
      try {
        Datasets.named(dataset);
      } catch (IllegalArgumentException e) {
        faults.add("--dataset: " + e.getMessage());
      }
    }
    String engine = BeamArguments.engine();
    if (runner != null
        && !runner.toLowerCase(Locale.ROOT).replaceAll("runner$", "").equals(engine)) {
      faults.add("--runner: this bundle runs on " + engine + ", not on " + runner);
    }
    if (targetFileBytes < 1 << 20) {
      faults.add("--targetFileBytes: " + targetFileBytes + " is less than 1048576 (1 MiB)");
    }
    if (maxRecordBytes < 1024 || maxRecordBytes > 64 << 20) {
      faults.add("--maxRecordBytes: " + maxRecordBytes + " is not from 1024 to 67108864 (64 MiB)");
    }
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
                maxRecordBytes,
                new FileForm(
                    ParquetSettings.Compression.valueOf(
                        compression.name().toUpperCase(Locale.ROOT)),
                    targetFileBytes),
                Runtime.getRuntime().availableProcessors()),
            RunId.beginning(Instant.now()));
    new CleanJob(storage, lake, beam().options(), out(), err()).run(run);
    return 0;
  }
}
