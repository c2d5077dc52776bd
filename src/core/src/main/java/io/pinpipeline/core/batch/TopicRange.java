package io.pinpipeline.core.batch;

import java.io.Serializable;

/**
 * The records of a topic's partition between two offsets. Offsets in it need not all have a record:
 * transactions and compaction leave some without.
 *
 * @param topic the topic
 * @param partition its partition
 * @param from the first offset
 * @param to the offset behind the last
 */
public record TopicRange(String topic, int partition, long from, long to) implements Serializable {

  public TopicRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("no range of offsets: from " + from + " to " + to);
    }
  }

  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  /** Another part of the same partition. */
  public TopicRange between(long newFrom, long newTo) {
    return new TopicRange(topic, partition, newFrom, newTo);
  }

  @Override
  public String toString() {
    return topicPartition() + " [" + from + ", " + to + ")";
  }
}
