package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.S3Source;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command has that writes tables on an engine. */
@Command
final class WriteOptions {

  enum Compression {
    snappy,
    zstd
  }

  @Option(
      names = "--runner",
      paramLabel = "ENGINE",
      description = "The engine to run on (default: the one this bundle is made for).")
  private @Nullable String runner;

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

  /** Adds what is wrong with them. */
  void check(List<String> faults) {
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
  }

  FileForm fileForm() {
    return new FileForm(
        ParquetSettings.Compression.valueOf(compression.name().toUpperCase(Locale.ROOT)),
        targetFileBytes);
  }

  int maxRecordBytes() {
    return maxRecordBytes;
  }
}
