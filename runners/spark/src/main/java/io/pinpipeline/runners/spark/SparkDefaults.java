package io.pinpipeline.runners.spark;

import io.pinpipeline.pipelines.options.EngineDefaults;
import java.util.Map;

/**
 * Apache Spark: embedded in the process, or the cluster that spark-submit or --sparkMaster names.
 */
public final class SparkDefaults implements EngineDefaults {

  @Override
  public String engine() {
    return "spark";
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        "runner", "SparkRunner",
        // as many tasks as cores where no cluster is named
        "sparkMaster", "local[*]",
        // elements are small and cheap to make again: keeping them costs more
        "cacheDisabled", "true");
  }
}
