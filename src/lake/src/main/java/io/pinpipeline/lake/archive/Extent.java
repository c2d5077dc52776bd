package io.pinpipeline.lake.archive;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;

/**
 * What one roll takes: consecutive offsets of a partition, and what stands in its objects.
 *
 * @param from the first offset
 * @param gzip whether its objects are gzipped
 * @param lines what stands in its object of lines
 * @param values what stands in its object of values
 * @param archived all of the partition, with this
 */
@JsonPropertyOrder({"from", "gzip", "lines", "values", "archived"})
public record Extent(long from, boolean gzip, Part lines, Part values, Archived archived)
    implements Serializable {

  /**
   * What stands in an object.
   *
   * @param records how many; with none there is no object
   * @param first the offset of the first, which names the object
   */
  @JsonPropertyOrder({"records", "first"})
  public record Part(long records, long first) implements Serializable {}
}
