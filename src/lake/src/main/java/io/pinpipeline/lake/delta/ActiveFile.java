package io.pinpipeline.lake.delta;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that is part of a table's version.
 *
 * @param path its name relative to the table's folder, with {@code /}; a whole URI for a file that
 *     stands elsewhere
 * @param size in bytes
 * @param modifiedMillis when it was written, as its writer said, in milliseconds since the epoch
 * @param rows how many rows of it are in the table, deleted ones left out; {@link #UNKNOWN_ROWS}
 *     where its writer did not say
 * @param partitionValues the value, null allowed, of each partition column, as Delta's protocol
 *     writes them ("Partition Value Serialization")
 * @param statistics as {@link io.pinpipeline.lake.DataFile#statistics()}; null if there are none
 * @param deletionVector which deletion vector marks its deleted rows; null if none are
 */
public record ActiveFile(
    String path,
    long size,
    long modifiedMillis,
    long rows,
    Map<String, @Nullable String> partitionValues,
    @Nullable String statistics,
    @Nullable String deletionVector)
    implements Serializable {

  /** Stands for a number of rows that only reading the file can tell. */
  public static final long UNKNOWN_ROWS = -1;
}
