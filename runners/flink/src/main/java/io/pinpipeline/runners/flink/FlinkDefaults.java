package io.pinpipeline.runners.flink;

import io.pinpipeline.pipelines.options.EngineDefaults;
import java.util.Map;

/**
 * Apache Flink: embedded in the process, or the cluster that {@code flink run} or --flinkMaster
 * names.
 */
public final class FlinkDefaults implements EngineDefaults {

  @Override
  public String engine() {
    return "flink";
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        "runner", "FlinkRunner",
        // without it every element is encoded and decoded between chained functions
        "objectReuse", "true",
        "fasterCopy", "true");
  }
}
