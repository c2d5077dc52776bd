package io.pinpipeline.gateway.emulate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Posts that are sent together.
 *
 * @param records the records of each dataset, in their order
 * @param posts as how many posts they count for the rate
 * @param after the source's position behind them
 */
record PostBatch(Map<String, List<Post>> records, int posts, List<Long> after) {

  /** The number of records. */
  int size() {
    return records.values().stream().mapToInt(List::size).sum();
  }

  /** Appends a record to those of its dataset. */
  static void add(Map<String, List<Post>> records, String dataset, Post post) {
    records.computeIfAbsent(dataset, name -> new ArrayList<>()).add(post);
  }

  /** An empty map of records, for {@link #add}. */
  static Map<String, List<Post>> none() {
    return new LinkedHashMap<>();
  }
}
