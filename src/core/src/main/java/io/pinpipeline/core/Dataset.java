package io.pinpipeline.core;

import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.CleaningPlan;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.TableSchema;
import java.time.Clock;

/**
 * All that is special about one kind of record.
 *
 * @param <T> its clean records
 */
public final class Dataset<T> {

  /** Makes a record of a row of the clean table. */
  interface RecordReader<T> {
    T read(ColumnBlock rows, int row);
  }

  private final CleaningPlan plan;
  private final Class<T> type;
  private final RecordReader<T> reader;

  Dataset(CleaningPlan plan, Class<T> type, RecordReader<T> reader) {
    this.plan = plan;
    this.type = type;
    this.reader = reader;
  }

  /** Its name, which is its table's and the suffix of its topic: {@code pin}. */
  public String name() {
    return plan.dataset();
  }

  /** The class of its clean records. */
  public Class<T> type() {
    return type;
  }

  /** How it is cleaned. */
  public CleaningPlan plan() {
    return plan;
  }

  /** The column of the clean table that holds the key. */
  public String key() {
    return plan.keyColumn();
  }

  /** The columns of the clean table. */
  public TableSchema schema() {
    return plan.schema();
  }

  /** A new cleaner; the clock tells when a record was rejected. */
  public Cleaner cleaner(Clock clock) {
    return new Cleaner(plan, Datasets.all().stream().map(Dataset::plan).toList(), clock);
  }

  /** A row of the clean table as a record. */
  public T read(ColumnBlock rows, int row) {
    return reader.read(rows, row);
  }

  @Override
  public String toString() {
    return name();
  }
}
