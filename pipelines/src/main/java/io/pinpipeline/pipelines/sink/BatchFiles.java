package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.parquet.RowGroupPool;
import io.pinpipeline.lake.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The data files that clean batches of one dataset become: their rows, and their dead letters. */
final class BatchFiles implements Closeable {

  private static final int CODE = DeadLetterTable.SCHEMA.indexOf(DeadLetterTable.CODE);

  private final String run;
  private final RollingDataFileWriter clean;
  private final RollingDataFileWriter deadLetters;
  private final SortedMap<String, Long> deadLettersByCode = new TreeMap<>();
  private long records;
  private long duplicates;
  private long bytes;

  /**
   * Files without rows yet, of which none is made before there are some.
   *
   * @param run what the dead letters are of
   * @param cleanTag names the run in the names of files of clean rows
   * @param deadLetterTag names it in those of dead letters
   * @param rowGroups of the files one after the other
   */
  BatchFiles(
      Storage storage,
      Lake lake,
      String dataset,
      FileForm form,
      String run,
      String cleanTag,
      String deadLetterTag,
      RowGroupPool rowGroups) {
    this.run = run;
    ParquetSettings settings = ParquetSettings.DEFAULT.with(form.compression());
    clean =
        new RollingDataFileWriter(
            storage,
            lake.silver(dataset),
            Datasets.named(dataset).schema(),
            settings,
            cleanTag,
            form.targetBytes(),
            rowGroups);
    deadLetters =
        new RollingDataFileWriter(
            storage,
            lake.deadLetters(),
            DeadLetterTable.SCHEMA,
            settings,
            deadLetterTag,
            form.targetBytes(),
            rowGroups);
  }

  /** Adds all blocks of a batch. */
  void append(CleanBatch.Reader blocks) throws IOException {
    long before = blocks.bytes();
    for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
      clean.append(block.rows());
      block.stampRun(run);
      deadLetters.append(block.deadLetters());
      records += block.records();
      duplicates += block.duplicates();
      BytesColumn codes = (BytesColumn) block.deadLetters().column(CODE);
      for (int row = 0; row < codes.size(); row++) {
        deadLettersByCode.merge(codes.string(row), 1L, Long::sum);
      }
    }
    bytes += blocks.bytes() - before;
  }

  /** The records so far. */
  long records() {
    return records;
  }

  /** How many of them had come before with the same content. */
  long duplicates() {
    return duplicates;
  }

  /** The bytes of raw records so far. */
  long bytes() {
    return bytes;
  }

  /** How many records were rejected so far, of each code. */
  SortedMap<String, Long> deadLettersByCode() {
    return deadLettersByCode;
  }

  /** Ends the files of clean rows, and returns them. */
  List<DataFile> finishClean() throws IOException {
    return clean.finish();
  }

  /** Ends the files of dead letters, and returns them. */
  List<DataFile> finishDeadLetters() throws IOException {
    return deadLetters.finish();
  }

  @Override
  public void close() throws IOException {
    try (clean) {
      deadLetters.close();
    }
  }
}
