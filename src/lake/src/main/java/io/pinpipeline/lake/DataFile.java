package io.pinpipeline.lake;

import java.io.Serializable;

/**
 * A Parquet file that stands in a table's folder and is not part of the table until it is
 * committed.
 *
 * @param path its name relative to the table's folder, with {@code /}
 * @param size in bytes
 * @param modifiedMillis when it was written, in milliseconds since the epoch
 * @param rows how many rows it holds
 * @param statistics row count, and smallest, largest and number of nulls of each column, as the
 *     JSON that Delta's protocol specifies ("Per-file Statistics")
 */
public record DataFile(String path, long size, long modifiedMillis, long rows, String statistics)
    implements Serializable {}
