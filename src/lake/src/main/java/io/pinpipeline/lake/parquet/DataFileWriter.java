package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Parquet file, column by column, from blocks of rows. The file is visible once {@link
 * #finish()} has returned; a writer that is closed before leaves nothing. Holds one row group in
 * memory. Not thread-safe.
 */
public final class DataFileWriter implements Closeable {

  /** Rows between two looks at the size of the row group. */
  private static final int SLICE_ROWS = 1024;

  /**
   * Says that timestamps are of the proleptic Gregorian calendar, as Parquet has it. Without it
   * Spark 3 takes a file with any from before 1900 for one of Spark 2, which may be of the Julian
   * calendar, and fails. It looks for the version of the Spark that wrote, and from 3.1 on finds no
   * fault.
   */
  private static final Map<String, String> CALENDAR = Map.of("org.apache.spark.version", "3.1.0");

  private final TableSchema schema;
  private final String pathInTable;
  private final ParquetSettings settings;
  private final StorageOutput output;
  private final ParquetFileWriter writer;
  private final Compressor compressor;
  private final List<ChunkWriter> chunks = new ArrayList<>();
  private final List<OptionalStruct> structs = new ArrayList<>();

  /** For each leaf the optional struct that it is in. */
  private final @Nullable OptionalStruct[] structOf;

  private long rows;
  private final PageStore store = new PageStore();
  private long rowsInRowGroup;

  /**
   * Starts a file.
   *
   * @param pathInTable the file's name relative to the table's folder
   * @throws IllegalArgumentException if structs nest, or the members of one do not stand together
   */
  public DataFileWriter(
      Storage storage,
      Location table,
      String pathInTable,
      TableSchema schema,
      ParquetSettings settings)
      throws IOException {
    MessageType message = ParquetSchema.of(schema);
    this.schema = schema;
    this.pathInTable = pathInTable;
    this.settings = settings;
    structOf = new OptionalStruct[schema.size()];
    findStructs(message);
    compressor = Compressor.of(settings);
    try {
      output = storage.create(table.resolve(pathInTable));
    } catch (IOException | RuntimeException e) {
      compressor.close();
      throw e;
    }
    try {
      writer =
          new ParquetFileWriter(
              new StorageOutputFile(output),
              message,
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
    for (int i = 0; i < schema.size(); i++) {
      ColumnSpec column = schema.column(i);
      ColumnDescriptor descriptor = message.getColumns().get(i);
      chunks.add(
          switch (column.type()) {
            case STRING, BINARY ->
                new BytesChunkWriter(column.type(), descriptor, settings, compressor, store);
            case LONG, INT, DOUBLE, TIMESTAMP ->
                new NumberChunkWriter(column.type(), descriptor, settings, compressor, store);
          });
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
    for (OptionalStruct struct : structs) {
      struct.look(block);
    }
    int from = 0;
    while (from < block.rows()) {
      int room = (int) Math.min(SLICE_ROWS, settings.rowGroupRows() - rowsInRowGroup);
      int to = Math.min(block.rows(), from + room);
      for (int i = 0; i < chunks.size(); i++) {
        OptionalStruct struct = structOf[i];
        chunks
            .get(i)
            .append(block.column(i), from, to, struct == null ? null : struct.absentOrNull());
      }
      rows += to - from;
      rowsInRowGroup += to - from;
      from = to;
      if (rowsInRowGroup >= settings.rowGroupRows()
          || bytesInRowGroup() >= settings.rowGroupBytes()) {
        endRowGroup();
      }
    }
  }

  /** The rows added so far. */
  public long rows() {
    return rows;
  }

  /** About how large the file would be in bytes if it were finished now. */
  public long bytes() throws IOException {
    return writer.getPos() + bytesInRowGroup();
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
    if (rowsInRowGroup > 0) {
      endRowGroup();
    }
    writer.end(CALENDAR);
    long size = output.position();
    output.finish();
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
    compressor.close();
    output.close();
  }

  private long bytesInRowGroup() {
    long bytes = 0;
    for (ChunkWriter chunk : chunks) {
      bytes += chunk.encodedBytes();
    }
    return bytes;
  }

  private void endRowGroup() throws IOException {
    writer.startBlock(rowsInRowGroup);
    for (ChunkWriter chunk : chunks) {
      chunk.writeTo(writer);
    }
    writer.endBlock();
    store.clear();
    rowsInRowGroup = 0;
  }

  private void findStructs(MessageType message) {
    for (int i = 0; i < schema.size(); i++) {
      String name = ParquetSchema.struct(schema.column(i));
      if (!name.isEmpty() && message.getType(name).isRepetition(Repetition.OPTIONAL)) {
        OptionalStruct before = i == 0 ? null : structOf[i - 1];
        if (before == null || !before.name.equals(name)) {
          before = new OptionalStruct(name, i);
          structs.add(before);
        }
        before.end = i + 1;
        structOf[i] = before;
      }
    }
  }

  /** Tells for each row of a block whether all members of a struct are null. */
  private static final class OptionalStruct {

    private final String name;
    private final int start;
    private int end;
    private boolean[] absent = new boolean[0];
    private boolean anyAbsent;

    OptionalStruct(String name, int start) {
      this.name = name;
      this.start = start;
    }

    void look(ColumnBlock block) {
      List<Column> members = block.columns().subList(start, end);
      anyAbsent = true;
      for (Column member : members) {
        anyAbsent &= member.nullCount() > 0;
      }
      if (!anyAbsent) {
        return;
      }
      if (absent.length < block.rows()) {
        absent = new boolean[block.rows()];
      }
      Arrays.fill(absent, 0, block.rows(), true);
      for (Column member : members) {
        for (int row = 0; row < block.rows(); row++) {
          absent[row] &= member.isNull(row);
        }
      }
    }

    boolean @Nullable [] absentOrNull() {
      return anyAbsent ? absent : null;
    }
  }
}
