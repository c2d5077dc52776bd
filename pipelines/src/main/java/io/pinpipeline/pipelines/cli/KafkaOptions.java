package io.pinpipeline.pipelines.cli;

import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a command has that reads topics of Kafka. */
@Command
final class KafkaOptions extends TopicOptions {

  @Option(
      names = "--bootstrapServers",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Brokers of the Kafka cluster, parted by commas.")
  private String bootstrapServers;

  private KafkaSettings settings = new KafkaSettings("", Map.of());

  @Override
  void check(List<String> faults) {
    super.check(faults);
    settings = kafka(bootstrapServers, faults);
  }

  /** How the cluster is reached, once they are checked. */
  KafkaSettings settings() {
    return settings;
  }
}
