package io.pinpipeline.pipelines;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import org.apache.beam.sdk.Pipeline;

/** A run over topics as it was planned before any work begins; it has no end of its own. */
public interface UnboundedRun {

  /** Builds its pipeline. */
  void build(Pipeline pipeline);

  /** Within this time of being read a record is where it belongs, if it is to catch up. */
  Duration commitInterval();

  /** How its cluster is reached. */
  KafkaSettings kafka();

  /**
   * How many records that were there when it was planned are not yet where they belong; offsets
   * that hold no record are counted too.
   */
  long lag(Storage storage) throws IOException;

  /**
   * Of each dataset how many records that are there now are not yet where they belong, those of
   * partitions too that have come since it was planned.
   */
  Map<String, Long> lag(Storage storage, Topics topics) throws IOException;

  /**
   * Which partitions its topics have by now that it does not read, and of which dataset: those that
   * have come since it was planned.
   *
   * @throws IOException if a topic is gone, or the cluster does not answer
   */
  SortedMap<TopicPartition, String> unread(Topics topics) throws IOException;

  /** Has all that is left of it in this process end, and ends what it had begun to write. */
  void end(Storage storage) throws IOException;
}
