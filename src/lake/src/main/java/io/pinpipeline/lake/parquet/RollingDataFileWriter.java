package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks of rows to data files of about a target size, each under a name that no other
 * writer uses: {@code part-<run>-<uuid>.<codec>.parquet}. Without rows it writes no file. Files
 * that were full before a failure stay; no commit ever names them.
 */
public final class RollingDataFileWriter implements Closeable {

  /** A size of files that suits readers: 128 MiB. */
  public static final long DEFAULT_TARGET_BYTES = 128L << 20;

  private final Storage storage;
  private final Location table;
  private final TableSchema schema;
  private final ParquetSettings settings;
  private final String run;
  private final long targetBytes;
  private final RowGroupPool rowGroups;

  /** To be closed with this; null where others close it. */
  private @Nullable RowGroupPool own;

  private final List<DataFile> finished = new ArrayList<>();
  private @Nullable DataFileWriter current;

  /**
   * A writer that has yet no file.
   *
   * @param run names the run in file names, so that people can tell where a file is from
   * @param targetBytes the size at which a file is ended; overshot by one block at most
   */
  public RollingDataFileWriter(
      Storage storage,
      Location table,
      TableSchema schema,
      ParquetSettings settings,
      String run,
      long targetBytes) {
    this(storage, table, schema, settings, run, targetBytes, new RowGroupPool());
    own = rowGroups;
  }

  /**
   * As above, for one who writes such files again and again.
   *
   * @param rowGroups of all its writers; they may be in use at the same time, but by one thread
   */
  public RollingDataFileWriter(
      Storage storage,
      Location table,
      TableSchema schema,
      ParquetSettings settings,
      String run,
      long targetBytes,
      RowGroupPool rowGroups) {
    this.storage = storage;
    this.table = table;
    this.schema = schema;
    this.settings = settings;
    this.run = run;
    this.targetBytes = targetBytes;
    this.rowGroups = rowGroups;
  }

  /** Adds rows, as {@link DataFileWriter#append}. */
  public void append(ColumnBlock block) throws IOException {
    if (block.rows() == 0) {
      return;
    }
    DataFileWriter writer = current;
    if (writer == null) {
      writer = new DataFileWriter(storage, table, newName(), schema, settings, rowGroups);
      current = writer;
    }
    writer.append(block);
    if (writer.bytes() >= targetBytes) {
      endFile(writer);
    }
  }

  /** Ends the last file, and returns all of them. */
  public List<DataFile> finish() throws IOException {
    if (current != null) {
      endFile(current);
    }
    return List.copyOf(finished);
  }

  /** Throws away the file that is not yet full, unless {@link #finish()} ended it. */
  @Override
  public void close() throws IOException {
    try {
      if (current != null) {
        current.close();
        current = null;
      }
    } finally {
      if (own != null) {
        own.close();
      }
    }
  }

  private void endFile(DataFileWriter writer) throws IOException {
    current = null;
    try (writer) {
      finished.add(writer.finish());
    }
  }

  private String newName() {
    return "part-"
        + run
        + "-"
        + UUID.randomUUID()
        + settings.compression().codec().getExtension()
        + ".parquet";
  }
}
