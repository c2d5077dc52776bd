package io.pinpipeline.pipelines.cli;

import io.pinpipeline.pipelines.source.StreamSettings;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kinesis.KinesisSettings;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.aws2.common.ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.AwsOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a command has that reads topics of Kafka, or streams of Kinesis. */
@Command
final class SourceOptions extends TopicOptions {

  /** What there is to read from. */
  enum Source {
    /** Topics of a Kafka cluster. */
    kafka,

    /** Streams of Amazon Kinesis. */
    kinesis
  }

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      defaultValue = "kafka",
      description =
          "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). With kinesis the streams are called"
              + " as the topics are, and are found by --awsRegion and what else AWS' clients take.")
  private Source source;

  @Option(
      names = "--bootstrapServers",
      paramLabel = "HOST:PORT",
      description = "Brokers of the Kafka cluster, parted by commas.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--kinesisEndpoint",
      paramLabel = "URL",
      description =
          "Where Kinesis is, if not where --endpoint says or AWS has it: http://127.0.0.1:4567.")
  private @Nullable URI kinesisEndpoint;

  private KafkaSettings kafka = new KafkaSettings("", Map.of());

  @Override
  void check(List<String> faults) {
    super.check(faults);
    if (source == Source.kinesis) {
      refuse("--bootstrapServers", bootstrapServers != null, faults);
      refuse("--kafkaProperties", hasKafkaProperties(), faults);
      if (kinesisEndpoint != null
          && (kinesisEndpoint.getScheme() == null || kinesisEndpoint.getHost() == null)) {
        faults.add("--kinesisEndpoint: write it like http://127.0.0.1:4567");
      }
      return;
    }
    refuse("--kinesisEndpoint", kinesisEndpoint != null, faults);
    if (bootstrapServers == null) {
      faults.add("--bootstrapServers is missing: it names the brokers of the Kafka cluster");
    } else {
      kafka = kafka(bootstrapServers, faults);
    }
  }

  private void refuse(String option, boolean given, List<String> faults) {
    if (given) {
      faults.add(option + " says nothing with --source=" + source + "; leave it out");
    }
  }

  /**
   * How it is reached, once they are checked.
   *
   * @param options those of Beam's AWS module, for Kinesis
   * @throws IOException if these do not tell enough
   */
  StreamSettings settings(PipelineOptions options) throws IOException {
    if (source == Source.kafka) {
      return kafka;
    }
    if (options.as(AwsOptions.class).getClientBuilderFactory()
        != ClientBuilderFactory.defaultFactory().getClass()) {
      throw new WrongUseException(
          "--clientBuilderFactory cannot be set with --source=kinesis, which sets its own");
    }
    return KinesisSettings.of(options, kinesisEndpoint);
  }
}
