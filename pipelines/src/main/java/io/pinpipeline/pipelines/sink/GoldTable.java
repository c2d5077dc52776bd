package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.transforms.query.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The answers to questions as Delta tables: {@code gold/<question>}. */
public final class GoldTable {

  private GoldTable() {}

  /**
   * Puts an answer in the place of the one that the table holds, in one commit: readers see the one
   * or the other.
   *
   * @return the version of the table that this made
   * @throws IOException if it could not; the table is as it was, unless an answer of the storage
   *     was lost
   */
  public static long overwrite(Storage storage, Lake lake, Answer answer) throws IOException {
    TableSchema schema = answer.question().schema();
    DeltaTable table = DeltaTable.at(storage, lake.gold(answer.question().id()));
    Optional<TableSnapshot> before = table.latest();
    DeltaCommit commit = table.change(before, schema);
    if (before.isPresent()) {
      before.get().requireSchema(schema);
      commit.replaceAll();
    }
    for (DataFile file : write(storage, table, answer)) {
      commit.add(file);
    }
    return commit.commit();
  }

  private static List<DataFile> write(Storage storage, DeltaTable table, Answer answer)
      throws IOException {
    ColumnBlock rows = ColumnBlock.create(answer.question().schema());
    for (List<Object> row : answer.rows()) {
      for (int i = 0; i < row.size(); i++) {
        append(row.get(i), rows.column(i));
      }
    }
    try (RollingDataFileWriter files =
        new RollingDataFileWriter(
            storage,
            table.location(),
            rows.schema(),
            ParquetSettings.DEFAULT,
            RunId.beginning(Instant.now()).value(),
            RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      files.append(rows);
      return files.finish();
    }
  }

  private static void append(Object value, Column column) {
    if (column instanceof BytesColumn texts) {
      texts.append((String) value);
    } else if (column instanceof IntColumn numbers) {
      numbers.append((int) value);
    } else {
      ((LongColumn) column).append((long) value);
    }
  }
}
