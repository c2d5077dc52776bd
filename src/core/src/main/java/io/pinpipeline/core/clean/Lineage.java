package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;

/** The hidden columns behind a clean table's own: what no rule knew, and where a row came from. */
public final class Lineage {

  /** Fields nobody knows, as one JSON object; null when there are none. */
  public static final String RESCUED = "_rescued";

  /** The object, or the topic. */
  public static final String ORIGIN = "_source.origin";

  /** The topic's partition; null for objects. */
  public static final String PARTITION = "_source.partition";

  /** The offset in the partition, or of the record's first byte in the decompressed object. */
  public static final String OFFSET = "_source.offset";

  /** The {@link Fingerprint} of the row's content, by which duplicates are told from conflicts. */
  public static final String FINGERPRINT = "_source.fingerprint";

  private Lineage() {}

  /** A dataset's own columns followed by the hidden ones. */
  static TableSchema behind(TableSchema own) {
    return own.with(
        ColumnSpec.optional(RESCUED, ColumnType.STRING),
        ColumnSpec.optional(ORIGIN, ColumnType.STRING),
        ColumnSpec.optional(PARTITION, ColumnType.INT),
        ColumnSpec.optional(OFFSET, ColumnType.LONG),
        ColumnSpec.optional(FINGERPRINT, ColumnType.LONG));
  }
}
