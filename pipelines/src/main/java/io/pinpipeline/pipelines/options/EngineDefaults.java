package io.pinpipeline.pipelines.options;

import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The engine that a bundle is made for, found as a service. It sets what a user should not have to
 * know; what a user sets wins.
 */
public interface EngineDefaults {

  /** The name of the engine as {@code --runner} has it, such as {@code direct}. */
  String engine();

  /** Makes the options run on this engine, with its defaults. */
  void apply(PipelineOptions options);
}
