package io.pinpipeline.lake.run;

import java.io.Serializable;

/**
 * A part of a topic's partition. Not every offset in it need have a record: transaction markers and
 * compaction leave gaps.
 *
 * @param from its first offset
 * @param to the offset behind its last
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
  TopicRange between(long newFrom, long newTo) {
    return new TopicRange(topic, partition, newFrom, newTo);
  }

  @Override
  public String toString() {
    return topicPartition() + " [" + from + ", " + to + ")";
  }
}
