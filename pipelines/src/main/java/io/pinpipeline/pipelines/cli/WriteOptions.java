package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.S3Source;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command has that writes tables on an engine. */
@Command
final class WriteOptions {

  enum Compression {
    snappy,
    zstd
  }

  @Mixin private final RunnerOption runner = new RunnerOption();

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
    runner.check(faults);
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
