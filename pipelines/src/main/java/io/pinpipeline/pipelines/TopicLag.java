package io.pinpipeline.pipelines;

import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.util.Map;

/** How many records in topics are not yet where they belong. */
final class TopicLag implements UnboundedRun.LagMeter {

  /** Compares what there is with what was written. */
  @FunctionalInterface
  interface Comparison {

    Map<String, Long> lag(Topics topics) throws IOException;
  }

  private final Topics topics;
  private final Comparison comparison;

  private TopicLag(Topics topics, Comparison comparison) {
    this.topics = topics;
    this.comparison = comparison;
  }

  static TopicLag of(KafkaSettings kafka, Comparison comparison) throws IOException {
    return new TopicLag(Topics.of(kafka), comparison);
  }

  @Override
  public String measure() {
    return "lagRecords";
  }

  @Override
  public Map<String, Long> lag() throws IOException {
    return comparison.lag(topics);
  }

  @Override
  public void close() {
    topics.close();
  }
}
