package io.pinpipeline.pipelines.source;

import java.io.Serializable;
import java.util.List;

/**
 * A piece of the input that is read in one go: a part of a large object, or several small ones.
 *
 * @param number counts the splits of a run in the order of their objects' names and offsets
 * @param dataset the dataset that the objects belong to
 * @param ranges what it holds, in order
 */
public record InputSplit(int number, String dataset, List<ObjectRange> ranges)
    implements Serializable {

  public InputSplit {
    ranges = List.copyOf(ranges);
  }

  long bytes() {
    return ranges.stream().mapToLong(ObjectRange::bytes).sum();
  }
}
