package io.pinpipeline.pipelines.options;

import java.time.Duration;
import java.util.Map;

/**
 * How an engine runs a stream.
 *
 * @param options Beam's options and their values, besides those of every run; what a user sets wins
 * @param gather for how long a reader gathers records before it hands them on: long where an
 *     engine's bundles are small, since a bundle becomes files of its own
 * @param gatherBytes how much a reader gathers before it hands it on sooner. Of a reader there may
 *     be three times as much in memory: being gathered, waiting, and being written.
 * @param endsByWatermark whether the watermark is that of the reader that is furthest behind: so
 *     one that has come to its end may say so, and the stream ends with the last. Otherwise those
 *     behind would be late, and what they read be dropped.
 */
public record StreamDefaults(
    Map<String, String> options, Duration gather, long gatherBytes, boolean endsByWatermark) {

  /** As much as suits an engine whose bundles have many elements. */
  public static final long GATHER_BYTES = 4 << 20;

  public StreamDefaults {
    options = Map.copyOf(options);
  }
}
