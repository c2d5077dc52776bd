package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;

/**
 * Writes one Parquet file, column by column, from blocks of rows. The file is visible once {@link
 * #finish()} has returned; a writer that is closed before leaves nothing. Holds one row group in
 * memory. Not thread-safe.
 */
public final class DataFileWriter implements Closeable {

  /**
   * Says that timestamps are of the proleptic Gregorian calendar, as Parquet has it. Without it
   * Spark 3 takes a file with any from before 1900 for one of Spark 2, which may be of the Julian
   * calendar, and fails. It looks for the version of the Spark that wrote, and from 3.1 on finds no
   * fault.
   */
  private static final Map<String, String> CALENDAR = Map.of("org.apache.spark.version", "3.1.0");

  private final TableSchema schema;
  private final String pathInTable;
  private final RowGroupPool rowGroups;
  private final RowGroup rowGroup;
  private final StorageOutput output;
  private final ParquetFileWriter writer;
  private long rows;
  private boolean finished;

  /**
   * Starts a file.
   *
   * @param pathInTable the file's name relative to the table's folder
   * @param rowGroups where it has its row groups from, and gives them back
   * @throws IllegalArgumentException if structs nest, or the members of one do not stand together
   */
  public DataFileWriter(
      Storage storage,
      Location table,
      String pathInTable,
      TableSchema schema,
      ParquetSettings settings,
      RowGroupPool rowGroups)
      throws IOException {
    this.schema = schema;
    this.pathInTable = pathInTable;
    this.rowGroups = rowGroups;
    rowGroup = rowGroups.take(schema, settings);
    try {
      output = storage.create(table.resolve(pathInTable));
    } catch (IOException | RuntimeException e) {
      rowGroup.close();
      throw e;
    }
    try {
      writer =
          new ParquetFileWriter(
              new StorageOutputFile(output),
              rowGroup.message(),
              ParquetFileWriter.Mode.CREATE,
              settings.rowGroupBytes(),
              0,
              ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
              ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
              true);
      writer.start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Adds rows, and copies what it needs of them.
   *
   * @throws IllegalArgumentException if the block has another schema, or a null where a value is
   *     required
   */
  public void append(ColumnBlock block) throws IOException {
    if (!block.schema().equals(schema)) {
      throw new IllegalArgumentException(
          "a block of " + block.schema() + " cannot go into a file of " + schema);
    }
    int from = 0;
    while (from < block.rows()) {
      from = rowGroup.append(block, from);
      if (rowGroup.isFull()) {
        rowGroup.writeTo(writer);
      }
    }
    rows += block.rows();
  }

  /** The rows added so far. */
  public long rows() {
    return rows;
  }

  /** About how large the file would be in bytes if it were finished now. */
  public long bytes() throws IOException {
    return writer.getPos() + rowGroup.bytes();
  }

  /**
   * Ends the file and makes it visible. The writer is of no further use.
   *
   * @throws IllegalStateException if there are no rows
   */
  public DataFile finish() throws IOException {
    if (rows == 0) {
      throw new IllegalStateException(
          "no rows for " + pathInTable + "; close a writer without rows instead");
    }
    if (rowGroup.rows() > 0) {
      rowGroup.writeTo(writer);
    }
    writer.end(CALENDAR);
    long size = output.position();
    output.finish();
    finished = true;
    rowGroups.giveBack(rowGroup);
    return new DataFile(
        pathInTable,
        size,
        System.currentTimeMillis(),
        rows,
        DeltaStatistics.of(schema, writer.getFooter().getBlocks()));
  }

  /** Lets go of everything, and throws the file away if it is not finished. */
  @Override
  public void close() throws IOException {
    if (!finished) {
      rowGroup.close();
    }
    output.close();
  }
}
