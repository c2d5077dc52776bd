package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.source.RangeSource;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a stream is written to the tables of a lake.
 *
 * @param lake where the tables are
 * @param launch tells this start of the pipeline from all others
 * @param streams the id of the stream of each dataset
 * @param begin of each partition the offset that was the first when the pipeline was started
 * @param again where records are read once more
 * @param horizon for how long a key is remembered
 * @param commitInterval within this time of being read a record is committed
 * @param form what data files are like
 */
public record StreamWrites(
    Lake lake,
    RunId launch,
    Map<String, RunId> streams,
    SortedMap<TopicPartition, Long> begin,
    RangeSource again,
    Duration horizon,
    Duration commitInterval,
    FileForm form)
    implements Serializable {

  public StreamWrites {
    streams = Map.copyOf(streams);
    begin = new TreeMap<>(begin);
  }

  /** The id of a dataset's stream, which its dead letters tell as their run. */
  RunId stream(String dataset) {
    RunId id = streams.get(dataset);
    if (id == null) {
      throw new IllegalStateException("the stream has no dataset " + dataset);
    }
    return id;
  }
}
