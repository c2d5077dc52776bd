package io.pinpipeline.pipelines;

import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
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

  /** Of each dataset how many records that are there now are not yet where they belong. */
  Map<String, Long> lag(Storage storage, Topics topics) throws IOException;

  /** Has all that is left of it in this process end, and ends what it had begun to write. */
  void end(Storage storage) throws IOException;
}
