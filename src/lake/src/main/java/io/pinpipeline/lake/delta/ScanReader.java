package io.pinpipeline.lake.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.parquet.ColumnFileReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads files one after the other into a block of ours: files like our own column by column, and
 * what only Kernel can through Kernel's scan, such as files with deleted rows, renamed or partition
 * columns, or other types.
 */
final class ScanReader implements TableReader {

  private final DeltaTable table;
  private final Engine engine;
  private final Row scanState;
  private final StructType readSchema;
  private final StructType physicalSchema;
  private final Iterator<Row> files;
  private final ColumnBlock block;
  private final boolean needsKernel;
  private @Nullable CloseableIterator<FilteredColumnarBatch> file;
  private @Nullable ColumnFileReader columns;

  ScanReader(
      DeltaTable table,
      Scan scan,
      StructType readSchema,
      TableSchema columns,
      Iterator<Row> files,
      boolean columnMapping,
      List<String> partitionColumns) {
    this.table = table;
    this.engine = table.engine();
    this.scanState = KernelInternals.scanState(engine, scan, StorageFileIO.path(table.location()));
    this.readSchema = readSchema;
    this.files = files;
    this.block = ColumnBlock.create(columns);
    this.needsKernel =
        columnMapping
            || columns.columns().stream()
                .anyMatch(column -> partitionColumns.contains(column.path()));
    StructType physical = KernelInternals.physicalDataSchema(engine, scanState);
    // With column mapping Kernel compares the types it was given with those it asked for.
    this.physicalSchema = columnMapping ? physical : DeltaSchemas.textAsBytes(physical);
  }

  @Override
  public ColumnBlock block() {
    return block;
  }

  @Override
  public boolean next() throws IOException {
    block.clear();
    try {
      while (block.rows() == 0) {
        if (columns != null && columns.next(block)) {
          continue;
        }
        if (file != null && file.hasNext()) {
          append(file.next());
        } else if (files.hasNext()) {
          close();
          open(files.next());
        } else {
          return false;
        }
      }
      return true;
    } catch (RuntimeException e) {
      throw KernelFailures.explain("read", table.location(), e);
    } catch (IOException e) {
      throw KernelFailures.explain("read", table.location(), new UncheckedIOException(e));
    }
  }

  private void open(Row entry) throws IOException {
    if (!needsKernel && !KernelInternals.hasDeletions(entry)) {
      columns =
          ColumnFileReader.open(
                  table.parquetFile(KernelInternals.dataFile(entry)), block.schema().columns())
              .orElse(null);
    }
    if (columns == null) {
      file = throughKernel(entry);
    }
  }

  private CloseableIterator<FilteredColumnarBatch> throughKernel(Row entry) throws IOException {
    CloseableIterator<ColumnarBatch> data =
        engine
            .getParquetHandler()
            .readParquetFiles(
                new InMemoryIterator<FileStatus>(
                    List.of(KernelInternals.dataFile(entry)).iterator()),
                physicalSchema,
                Optional.empty());
    return Scan.transformPhysicalData(engine, scanState, entry, data);
  }

  private void append(FilteredColumnarBatch batch) {
    int rows = batch.getData().getSize();
    ColumnVector selection = batch.getSelectionVector().orElse(null);
    IntPredicate deleted =
        selection == null
            ? row -> false
            : row -> selection.isNullAt(row) || !selection.getBoolean(row);
    for (Column column : block.columns()) {
      String path = column.spec().path();
      int dot = path.indexOf('.');
      int ordinal = readSchema.indexOf(dot < 0 ? path : path.substring(0, dot));
      ColumnVector vector = batch.getData().getColumnVector(ordinal);
      if (dot < 0) {
        append(vector::isNullAt, appender(vector, column), deleted, rows, column);
      } else {
        StructType struct = (StructType) readSchema.at(ordinal).getDataType();
        ColumnVector member = vector.getChild(struct.indexOf(path.substring(dot + 1)));
        append(
            row -> vector.isNullAt(row) || member.isNullAt(row),
            appender(member, column),
            deleted,
            rows,
            column);
      }
    }
  }

  private static void append(
      IntPredicate isNull, IntConsumer append, IntPredicate deleted, int rows, Column target) {
    for (int row = 0; row < rows; row++) {
      if (!deleted.test(row)) {
        if (isNull.test(row)) {
          target.appendNull();
        } else {
          append.accept(row);
        }
      }
    }
  }

  private static IntConsumer appender(ColumnVector from, Column to) {
    if (to instanceof LongColumn longs) {
      return row -> longs.append(from.getLong(row));
    } else if (to instanceof IntColumn ints) {
      return row -> ints.append(from.getInt(row));
    } else if (to instanceof DoubleColumn doubles) {
      return row -> doubles.append(from.getDouble(row));
    } else if (to instanceof BytesColumn bytes) {
      return from.getDataType() instanceof BinaryType
          ? row -> bytes.append(from.getBinary(row))
          : row -> bytes.append(from.getString(row));
    }
    throw new IllegalStateException("cannot append to " + to);
  }

  @Override
  public void close() throws IOException {
    if (columns != null) {
      columns.close();
      columns = null;
    }
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
