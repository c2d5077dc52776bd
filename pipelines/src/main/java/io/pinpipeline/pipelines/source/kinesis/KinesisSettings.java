package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.pipelines.source.StreamSettings;
import java.io.IOException;
import java.net.URI;
import org.apache.beam.sdk.io.aws2.common.ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.common.ClientConfiguration;
import org.apache.beam.sdk.io.aws2.options.AwsOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * How Kinesis is reached.
 *
 * @param client region, credentials and endpoint of its clients
 */
public record KinesisSettings(ClientConfiguration client) implements StreamSettings {

  /**
   * As the options of Beam's AWS module say: {@code --awsRegion}, {@code --awsCredentialsProvider}
   * and the rest, with AWS' default chains unless told otherwise.
   *
   * @param endpoint where Kinesis is; null for where the options say
   * @throws IOException if no region is known
   */
  public static KinesisSettings of(PipelineOptions options, @Nullable URI endpoint)
      throws IOException {
    AwsOptions aws = options.as(AwsOptions.class);
    try {
      return new KinesisSettings(
          ClientConfiguration.create(
              aws.getAwsCredentialsProvider(),
              aws.getAwsRegion(),
              endpoint == null ? aws.getEndpoint() : endpoint));
    } catch (SdkClientException e) {
      throw new IOException(
          "It is not known in which region the streams are: "
              + e.getMessage()
              + ". Name it with --awsRegion.",
          e);
    }
  }

  /** A new client. The caller closes it. */
  KinesisClient open() {
    return ClientBuilderFactory.defaultFactory()
        .create(KinesisClient.builder(), client, null)
        .build();
  }
}
