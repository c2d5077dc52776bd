package io.pinpipeline.pipelines.cli;

import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command has that reads topics, and what it can show while it does. */
@Command
abstract class TopicOptions {

  @Option(
      names = "--topicPrefix",
      required = true,
      paramLabel = "NAME",
      description = "The topics are NAME.pin, NAME.geo and NAME.user.")
  private String topicPrefix;

  @Option(
      names = "--kafkaProperties",
      paramLabel = "FILE",
      description =
          "A file with properties of Kafka's client, such as security.protocol and"
              + " sasl.jaas.config.")
  private @Nullable Path kafkaProperties;

  @Option(
      names = "--metricsPort",
      paramLabel = "N",
      description =
          "Serves metrics for Prometheus at http://127.0.0.1:N/metrics; 0 takes a free port.")
  private @Nullable Integer metricsPort;

  /** Adds what is wrong with them. */
  void check(List<String> faults) {
    if (!topicPrefix.matches("[a-zA-Z0-9._-]{1,240}")) {
      faults.add("--topicPrefix: '" + topicPrefix + "' cannot begin the name of a topic");
    }
    if (metricsPort != null && (metricsPort < 0 || metricsPort > 65535)) {
      faults.add("--metricsPort: " + metricsPort + " is not from 0 to 65535");
    }
  }

  /** How a cluster is reached; adds what is wrong with that. */
  final KafkaSettings kafka(String bootstrapServers, List<String> faults) {
    KafkaSettings settings = new KafkaSettings(bootstrapServers, properties(faults));
    settings
        .faults()
        .forEach(
            fault ->
                faults.add(
                    (fault.contains("host:port") ? "--bootstrapServers: " : "--kafkaProperties: ")
                        + fault));
    return settings;
  }

  private Map<String, String> properties(List<String> faults) {
    Map<String, String> all = new HashMap<>();
    if (kafkaProperties != null) {
      Properties file = new Properties();
      try (Reader in = Files.newBufferedReader(kafkaProperties, StandardCharsets.UTF_8)) {
        file.load(in);
      } catch (NoSuchFileException e) {
        faults.add("--kafkaProperties: cannot read " + kafkaProperties + ": there is no such file");
      } catch (IOException | IllegalArgumentException e) {
        faults.add("--kafkaProperties: cannot read " + kafkaProperties + ": " + e.getMessage());
      }
      file.stringPropertyNames().forEach(name -> all.put(name, file.getProperty(name)));
    }
    return all;
  }

  final boolean hasKafkaProperties() {
    return kafkaProperties != null;
  }

  final String topicPrefix() {
    return topicPrefix;
  }

  /** The port of the metrics; null where none are to be shown. */
  final @Nullable Integer metricsPort() {
    return metricsPort;
  }
}
