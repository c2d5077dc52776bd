package io.pinpipeline.lake.run;

import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the dead letters of some datasets and runs out of files that hold those of others too. */
final class DeadLetterReader implements TableReader {

  /** Which rows are wanted. */
  @FunctionalInterface
  interface Condition {

    /** Whether those of this dataset and run are; the run is null where no bounded run wrote. */
    boolean test(String dataset, @Nullable String run);
  }

  private final TableReader rows;
  private final int dataset;
  private final int run;
  private final Condition wanted;
  private final ColumnBlock block;

  DeadLetterReader(
      TableSnapshot table, List<String> columns, Collection<ActiveFile> files, Condition wanted)
      throws IOException {
    Set<String> withOwner = new LinkedHashSet<>(columns);
    withOwner.add(DeadLetterTable.DATASET);
    withOwner.add(DeadLetterTable.RUN);
    List<String> read = List.copyOf(withOwner);
    this.rows = table.read(read, files);
    this.dataset = read.indexOf(DeadLetterTable.DATASET);
    this.run = read.indexOf(DeadLetterTable.RUN);
    this.wanted = wanted;
    TableSchema schema = table.schema();
    this.block =
        ColumnBlock.create(
            new TableSchema(
                columns.stream().map(path -> schema.column(schema.indexOf(path))).toList()));
  }

  @Override
  public boolean next() throws IOException {
    block.clear();
    while (block.rows() == 0 && rows.next()) {
      ColumnBlock read = rows.block();
      BytesColumn datasets = (BytesColumn) read.column(dataset);
      BytesColumn runs = (BytesColumn) read.column(run);
      for (int row = 0; row < read.rows(); row++) {
        if (wanted.test(datasets.string(row), runs.isNull(row) ? null : runs.string(row))) {
          block.appendRow(read, row);
        }
      }
    }
    return block.rows() > 0;
  }

  @Override
  public ColumnBlock block() {
    return block;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
