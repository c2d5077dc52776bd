package io.pinpipeline.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a cluster on this machine is made of.
 *
 * @param jars the folder of the engine's jars
 * @param folder where it keeps its logs and works; made if it is missing
 * @param workers how many TaskManagers or workers it begins with
 * @param settings the engine's own, which win over those of the cluster
 * @param environment added to that of this process, for each of the cluster's
 */
public record ClusterSettings(
    Path jars,
    Path folder,
    int workers,
    Map<String, String> settings,
    Map<String, String> environment) {

  public ClusterSettings {
    settings = Map.copyOf(settings);
    environment = Map.copyOf(environment);
  }

  /** Two workers, with nothing set. */
  public static ClusterSettings of(Path jars, Path folder) {
    return new ClusterSettings(jars, folder, 2, Map.of(), Map.of());
  }

  /** These with more settings. */
  public ClusterSettings with(Map<String, String> more) {
    return new ClusterSettings(jars, folder, workers, joined(settings, more), environment);
  }

  /** These with more in the environment. */
  public ClusterSettings withEnvironment(Map<String, String> more) {
    return new ClusterSettings(jars, folder, workers, settings, joined(environment, more));
  }

  static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(some);
    all.putAll(more);
    return all;
  }
}
