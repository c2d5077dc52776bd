package io.pinpipeline.pipelines.cli;

import io.pinpipeline.local.ClusterSettings;
import io.pinpipeline.local.FlinkCluster;
import io.pinpipeline.local.SparkCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An engine that is compared with the others, as a user would have it. */
enum VerifiedEngine {
  DIRECT("direct", "direct"),
  FLINK("flink", "flink"),
  FLINK_CLUSTER("flink-cluster", "flink"),
  SPARK("spark", "spark"),
  SPARK_CLUSTER("spark-cluster", "spark");

  private final String label;
  private final String runner;

  VerifiedEngine(String label, String runner) {
    this.label = label;
    this.runner = runner;
  }

  /** The engine that is called so. */
  static Optional<VerifiedEngine> named(String label) {
    return Arrays.stream(values()).filter(engine -> engine.label.equals(label)).findFirst();
  }

  String label() {
    return label;
  }

  /**
   * Starts what it takes.
   *
   * @param checkout where the jars of the clusters are
   * @param folder where a cluster works and logs
   */
  Started start(Path checkout, Path folder) throws IOException {
    String option = "--runner=" + runner;
    return switch (this) {
      case DIRECT, FLINK, SPARK -> new Started(List.of(option), Map.of(), () -> {});
      case FLINK_CLUSTER -> {
        FlinkCluster cluster =
            FlinkCluster.start(
                ClusterSettings.of(checkout.resolve("src/distributions/flink/target/lib"), folder)
                    .with(
                        Map.of(
                            "state.checkpoints.dir",
                            folder.resolve("checkpoints").toUri().toString())));
        yield new Started(
            List.of(option, "--flinkMaster=" + cluster.master()), Map.of(), cluster::close);
      }
      case SPARK_CLUSTER -> {
        SparkCluster cluster =
            SparkCluster.start(
                ClusterSettings.of(
                    checkout.resolve("src/distributions/spark/target/jars"), folder));
        yield new Started(
            List.of(option, "--sparkMaster=" + cluster.master()),
            cluster.driverEnvironment(),
            cluster::close);
      }
    };
  }

  /**
   * An engine that takes runs.
   *
   * @param options that lead a command to it
   * @param environment added to that of the command
   * @param end of what was started for it
   */
  record Started(List<String> options, Map<String, String> environment, Runnable end)
      implements AutoCloseable {

    @Override
    public void close() {
      end.run();
    }
  }
}
