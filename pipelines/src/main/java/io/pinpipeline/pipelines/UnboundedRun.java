package io.pinpipeline.pipelines;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import org.apache.beam.sdk.Pipeline;

/** A run over topics as it was planned before any work begins; it has no end of its own. */
public interface UnboundedRun {

  /** Compares, again and again, what a run has done with what there is. */
  interface Meter extends Closeable {

    /** What the lag is told in, as the name of a metric. */
    String measure();

    /**
     * Of each dataset how much that is there now is not yet where it belongs, also what is in
     * partitions that have come since the run was planned.
     *
     * @throws IOException if a topic is gone, or what it reads from does not answer
     */
    Map<String, Long> lag() throws IOException;

    /**
     * Which partitions there are by now that the run does not read, and of which dataset: those
     * that have come since it was planned.
     *
     * @throws IOException if a topic is gone, or what it reads from does not answer
     */
    SortedMap<TopicPartition, String> unread() throws IOException;

    @Override
    void close();
  }

  /** Builds its pipeline. */
  void build(Pipeline pipeline);

  /** Within this time of being read a record is where it belongs, if it is to catch up. */
  Duration commitInterval();

  /** What it reads from, as people call it. */
  String from();

  /**
   * How much that was there when it was planned is not yet where it belongs: 0 is nothing, and the
   * less the further it is.
   */
  long lag(Storage storage) throws IOException;

  /** What {@link #lag} said, in words, such as {@code 3 records}. */
  String tell(long lag);

  /**
   * A meter of it. The caller closes it.
   *
   * @throws IOException if what it reads from cannot be asked
   */
  Meter meter(Storage storage) throws IOException;

  /** Has all that is left of it in this process end, and ends what it had begun to write. */
  void end(Storage storage) throws IOException;
}
