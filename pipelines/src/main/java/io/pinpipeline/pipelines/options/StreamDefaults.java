package io.pinpipeline.pipelines.options;

import java.time.Duration;
import java.util.Map;

/**
 * How an engine runs a stream.
 *
 * @param options Beam's options and their values, besides those of every run; what a user sets wins
 * @param gather for how long a reader gathers records before it hands them on: long where an
 *     engine's bundles are small, since a bundle becomes files of its own
 */
public record StreamDefaults(Map<String, String> options, Duration gather) {

  public StreamDefaults {
    options = Map.copyOf(options);
  }
}
