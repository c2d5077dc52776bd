package io.pinpipeline.pipelines.options;

import java.util.Map;

/**
 * The engine that a bundle is made for, found as a service: what a user of it should not have to
 * know.
 */
public interface EngineDefaults {

  /** The name of the engine as {@code --runner} has it, such as {@code direct}. */
  String engine();

  /** Beam's options and their values, the runner among them; what a user sets wins. */
  Map<String, String> options();
}
