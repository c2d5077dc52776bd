package io.pinpipeline.core.batch;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The records of a topic's partition between two offsets. Offsets in it need not all have a record:
 * transactions and compaction leave some without.
 *
 * @param topic the topic
 * @param partition its partition
 * @param from the first offset
 * @param to the offset behind the last
 * @param marks how its source finds it again; null where offsets are all that it takes
 */
public record TopicRange(
    String topic, int partition, long from, long to, @Nullable SourceMarks marks)
    implements Serializable {

  public TopicRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("no range of offsets: from " + from + " to " + to);
    }
  }

  /** A range of a source that knows offsets. */
  public TopicRange(String topic, int partition, long from, long to) {
    this(topic, partition, from, to, null);
  }

  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  /** Another part of the same partition, of a source that knows offsets. */
  public TopicRange between(long newFrom, long newTo) {
    if (marks != null) {
      throw new IllegalArgumentException(this + " has no mark at " + newFrom);
    }
    return new TopicRange(topic, partition, newFrom, newTo);
  }

  /**
   * The rest of this range.
   *
   * @param newFrom its first offset
   * @param mark where its source begins to read, to begin with that
   */
  public TopicRange rest(long newFrom, String mark) {
    return new TopicRange(
        topic, partition, newFrom, to, marks == null ? null : new SourceMarks(mark, marks.to()));
  }

  /** From the beginning of this range to the end of another one behind it. */
  public TopicRange through(TopicRange last) {
    return new TopicRange(
        topic,
        partition,
        from,
        last.to,
        marks == null || last.marks == null
            ? null
            : new SourceMarks(marks.from(), last.marks.to()));
  }

  @Override
  public String toString() {
    return topicPartition() + " [" + from + ", " + to + ")";
  }
}
