package io.pinpipeline.pipelines;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** How many records in topics are not yet where they belong, and which partitions are new. */
final class TopicMeter implements UnboundedRun.Meter {

  /** Compares what was written with what there is. */
  @FunctionalInterface
  interface Comparison {

    Map<String, Long> lag(SortedMap<TopicPartition, Long> ends) throws IOException;
  }

  private final Topics topics;
  private final Map<String, String> datasets;
  private final Set<TopicPartition> read;
  private final Comparison comparison;

  /**
   * A meter of topics.
   *
   * @param topics is closed with it
   * @param datasets the dataset of each topic
   * @param read the partitions that are read
   */
  TopicMeter(
      Topics topics,
      Map<String, String> datasets,
      Set<TopicPartition> read,
      Comparison comparison) {
    this.topics = topics;
    this.datasets = datasets;
    this.read = read;
    this.comparison = comparison;
  }

  @Override
  public String measure() {
    return "lagRecords";
  }

  @Override
  public Map<String, Long> lag() throws IOException {
    return comparison.lag(topics.latest(topics.describe(datasets.keySet()).partitions()));
  }

  @Override
  public SortedMap<TopicPartition, String> unread() throws IOException {
    return topics.beside(read, datasets);
  }

  @Override
  public void close() {
    topics.close();
  }
}
