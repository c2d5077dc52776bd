package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.TopicRange;
import java.io.Serializable;

/** Where a part of a stream that was read before can be read once more. */
@FunctionalInterface
public interface RangeSource extends Serializable {

  /** The records of a range, which are read when the batch is opened. */
  RawBatch read(String dataset, TopicRange range);
}
