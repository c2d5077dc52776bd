package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.StreamRun;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cleans the records of topics into tables, without end. */
@Command(
    name = "stream",
    description = {
      "Cleans the records of Kafka topics into the Delta tables of a lake, until it is ended"
          + " (Ctrl-C, SIGTERM).",
      "It begins where the tables end. However it ended the last time, no record is lost or"
          + " doubled."
    })
final class StreamCommand extends LakeCommand {

  private static final String UNLIMITED = "unlimited";

  @Option(
      names = "--bootstrapServers",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Brokers of the Kafka cluster, parted by commas.")
  private String bootstrapServers;

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
      names = "--commitInterval",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description =
          "A record is in its table about that long after it came (default: ${DEFAULT-VALUE})."
              + " Shorter means smaller files.")
  private String commitInterval;

  @Option(
      names = "--deduplicationHorizon",
      paramLabel = "DURATION",
      defaultValue = "7d",
      description =
          "For how long a key is remembered, or 'unlimited' (default: ${DEFAULT-VALUE}). A key takes"
              + " 27 to 54 bytes of memory.")
  private String deduplicationHorizon;

  @Option(
      names = "--untilCaughtUp",
      description = "Ends once all records are committed that were there when it began.")
  private boolean untilCaughtUp;

  @Option(
      names = "--metricsPort",
      paramLabel = "N",
      description =
          "Serves metrics for Prometheus at http://127.0.0.1:N/metrics; 0 takes a free port.")
  private @Nullable Integer metricsPort;

  @Mixin private final WriteOptions write = new WriteOptions();

  private Duration interval = Duration.ofMinutes(1);
  private Duration horizon = Duration.ofDays(7);
  private KafkaSettings kafka = new KafkaSettings("", Map.of());

  @Override
  void check(List<String> faults) {
    write.check(faults);
    interval =
        Durations.parse("--commitInterval", commitInterval, Duration.ofMillis(200), faults)
            .orElse(interval);
    horizon =
        deduplicationHorizon.equals(UNLIMITED)
            ? ChronoUnit.FOREVER.getDuration()
            : Durations.parse(
                    "--deduplicationHorizon", deduplicationHorizon, Duration.ofMinutes(1), faults)
                .orElse(horizon);
    if (!topicPrefix.matches("[a-zA-Z0-9._-]{1,240}")) {
      faults.add("--topicPrefix: '" + topicPrefix + "' cannot begin the name of a topic");
    }
    if (metricsPort != null && (metricsPort < 0 || metricsPort > 65535)) {
      faults.add("--metricsPort: " + metricsPort + " is not from 0 to 65535");
    }
    kafka = new KafkaSettings(bootstrapServers, properties(faults));
    kafka
        .faults()
        .forEach(
            fault ->
                faults.add(
                    (fault.contains("host:port") ? "--bootstrapServers: " : "--kafkaProperties: ")
                        + fault));
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

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    StreamDefaults engine = BeamArguments.stream(interval);
    StreamRun run =
        StreamRun.plan(
            storage,
            new StreamRun.Request(
                kafka,
                topicPrefix,
                lake,
                interval,
                horizon,
                engine.gather(),
                write.maxRecordBytes(),
                write.fileForm()),
            RunId.beginning(Instant.now()));
    try (MetricsServer metrics = metricsPort == null ? null : MetricsServer.start(metricsPort)) {
      if (metrics != null) {
        err().println("metrics at http://127.0.0.1:" + metrics.port() + "/metrics");
      }
      new StreamJob(storage, lake, beam().options(engine.options()), out(), err())
          .showing(metrics)
          .run(run, untilCaughtUp);
    }
    return 0;
  }
}
