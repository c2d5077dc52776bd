package io.pinpipeline.core.batch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Raw records of one dataset with where they came from: a part of an object, several small objects,
 * or records gathered from a topic.
 *
 * <p>A batch need not hold its bytes. One that stands for a part of an object reads it when it is
 * opened, so that what a stage hands to the next is small however large the input, and memory is
 * bounded by the block. Opening it again gives the same records.
 */
public interface RawBatch {

  /** The name of the dataset. */
  String dataset();

  /** What tells this batch from all others of its run; batches with lower numbers came first. */
  int number();

  /** Which of its records have come before, by position. */
  Repeats repeats();

  /** The part of a topic that its records are; null where they are from objects. */
  default @Nullable TopicRange range() {
    return null;
  }

  /** Opens its records; the caller closes them. */
  BlockReader open() throws IOException;
}
