package io.pinpipeline.core.batch;

import java.io.Serializable;
import java.util.Comparator;

/** A partition of a topic, whose records have ascending offsets. */
public record TopicPartition(String topic, int partition)
    implements Serializable, Comparable<TopicPartition> {

  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  @Override
  public int compareTo(TopicPartition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
