package io.pinpipeline.lake.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Whether a row may have this number in a column, as far as the file's statistics tell. Where
   * they tell nothing, one may.
   *
   * @param column a top-level one, by its name in the file
   */
  public boolean mayHold(String column, long number) {
    if (statistics == null) {
      return true;
    }
    try {
      JsonNode all = JSON.readTree(statistics);
      return all.path("minValues").path(column).asLong(Long.MIN_VALUE) <= number
          && number <= all.path("maxValues").path(column).asLong(Long.MAX_VALUE);
    } catch (JsonProcessingException e) {
      return true;
    }
  }
}
