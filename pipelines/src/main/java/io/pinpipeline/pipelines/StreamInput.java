package io.pinpipeline.pipelines;

import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.RangeSource;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** What a stream reads, as it was found when the stream was planned. */
interface StreamInput {

  /** What people call it. */
  String name();

  /** Of each topic what tells it from another one of the same name, where that is known. */
  Map<String, String> ids();

  /** Of each partition where offset 0 is; nothing where offsets tell. */
  default Map<TopicPartition, String> firstMarks() {
    return Map.of();
  }

  /** The tables have begun their streams, and may know more. */
  default void begun(Storage storage) throws IOException {}

  /** Of each partition the offset from which on the table is to have all. */
  SortedMap<TopicPartition, Long> earliest();

  /** The offset of each partition at which the stream begins to read. */
  SortedMap<TopicPartition, Long> begin();

  /** Reads it without end, or where it can to the end that it had when it was found. */
  PTransform<PBegin, PCollection<RawBatch>> source(
      RunId launch, Map<String, String> datasets, Gathering gathering);

  /** Reads parts of it once more. */
  RangeSource again(Gathering gathering);

  /** As {@link UnboundedRun#lag}. */
  long lag(Storage storage) throws IOException;

  /** As {@link UnboundedRun#tell}. */
  String tell(long lag);

  /** As {@link UnboundedRun#meter}. */
  UnboundedRun.Meter meter(Storage storage) throws IOException;

  /** Has what still reads it for a launch do nothing more. */
  void end(RunId launch);
}
