package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;

/** The table of records that could not be cleaned, of all datasets. */
public final class DeadLetterTable {

  public static final String DATASET = "dataset";
  public static final String CODE = "code";
  public static final String FIELD = "field";
  public static final String MESSAGE = "message";
  public static final String RAW = "raw";
  public static final String ATTEMPT = "attempt";
  public static final String REJECTED_AT = "rejected_at";

  /** The run, or the stream, that the row is of, on which it depends whether the row counts. */
  public static final String RUN = "run";

  public static final TableSchema SCHEMA =
      TableSchema.of(
          ColumnSpec.required(DATASET, ColumnType.STRING),
          ColumnSpec.required(CODE, ColumnType.STRING),
          ColumnSpec.optional(FIELD, ColumnType.STRING),
          ColumnSpec.required(MESSAGE, ColumnType.STRING),
          ColumnSpec.required(RAW, ColumnType.BINARY),
          ColumnSpec.required(ATTEMPT, ColumnType.INT),
          ColumnSpec.required(REJECTED_AT, ColumnType.TIMESTAMP),
          ColumnSpec.optional(RUN, ColumnType.STRING),
          ColumnSpec.optional(Lineage.ORIGIN, ColumnType.STRING),
          ColumnSpec.optional(Lineage.PARTITION, ColumnType.INT),
          ColumnSpec.optional(Lineage.OFFSET, ColumnType.LONG));

  private DeadLetterTable() {}
}
