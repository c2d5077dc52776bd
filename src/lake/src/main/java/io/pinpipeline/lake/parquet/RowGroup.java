package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.TableSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/** The rows of a row group, encoded and held until it is written. Then it is as new. */
final class RowGroup implements Closeable {

  /** Rows between two looks at its size. */
  private static final int SLICE_ROWS = 1024;

  private final TableSchema schema;
  private final MessageType message;
  private final ParquetSettings settings;
  private final Compressor compressor;
  private final PageStore store;
  private final List<ChunkWriter> chunks = new ArrayList<>();
  private final List<OptionalStruct> structs = new ArrayList<>();

  /** For each leaf the optional struct that it is in. */
  private final @Nullable OptionalStruct[] structOf;

  private long rows;

  /**
   * An empty one.
   *
   * @param segments where it has room for its pages from
   * @throws IllegalArgumentException if structs nest, or the members of one do not stand together
   */
  RowGroup(TableSchema schema, ParquetSettings settings, Segments segments) {
    this.schema = schema;
    this.settings = settings;
    message = ParquetSchema.of(schema);
    structOf = new OptionalStruct[schema.size()];
    findStructs();
    store = new PageStore(segments);
    compressor = Compressor.of(settings);
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

  TableSchema schema() {
    return schema;
  }

  ParquetSettings settings() {
    return settings;
  }

  /** Its columns, as Parquet says it. */
  MessageType message() {
    return message;
  }

  long rows() {
    return rows;
  }

  /** About how many bytes it would take in the file. */
  long bytes() {
    long bytes = 0;
    for (ChunkWriter chunk : chunks) {
      bytes += chunk.encodedBytes();
    }
    return bytes;
  }

  boolean isFull() {
    return rows >= settings.rowGroupRows() || bytes() >= settings.rowGroupBytes();
  }

  /**
   * Adds some rows, from one on; it has to have room.
   *
   * @return the row behind those that were added
   * @throws IllegalArgumentException if the block has a null where a value is required
   */
  int append(ColumnBlock block, int from) throws IOException {
    if (from == 0) {
      for (OptionalStruct struct : structs) {
        struct.look(block);
      }
    }
    int room = (int) Math.min(SLICE_ROWS, settings.rowGroupRows() - rows);
    int to = Math.min(block.rows(), from + room);
    for (int i = 0; i < chunks.size(); i++) {
      OptionalStruct struct = structOf[i];
      chunks
          .get(i)
          .append(block.column(i), from, to, struct == null ? null : struct.absentOrNull());
    }
    rows += to - from;
    return to;
  }

  /** Writes it. */
  void writeTo(ParquetFileWriter writer) throws IOException {
    writer.startBlock(rows);
    for (ChunkWriter chunk : chunks) {
      chunk.writeTo(writer);
    }
    writer.endBlock();
    store.clear();
    rows = 0;
  }

  @Override
  public void close() {
    compressor.close();
  }

  private void findStructs() {
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
