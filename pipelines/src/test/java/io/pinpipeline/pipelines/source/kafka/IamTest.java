package io.pinpipeline.pipelines.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.security.sasl.SaslClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.msk.auth.iam.IAMClientCallbackHandler;
import software.amazon.msk.auth.iam.IAMLoginModule;
import software.amazon.msk.auth.iam.internals.IAMSaslClient;

/** Clusters of MSK let clients in by IAM, with a library that has to go with our AWS SDK. */
class IamTest {

  @BeforeEach
  void setCredentials() {
    System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
    System.setProperty("aws.secretAccessKey", "secret");
  }

  @AfterEach
  void clearCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  @Test
  void signsARequestToConnect() throws Exception {
    IAMClientCallbackHandler handler = new IAMClientCallbackHandler();
    handler.configure(Map.of(), "AWS_MSK_IAM", List.of());
    new IAMLoginModule(); // which makes its mechanism known
    SaslClient client =
        new IAMSaslClient.ClassLoaderAwareIAMSaslClientFactory()
            .createSaslClient(
                new String[] {"AWS_MSK_IAM"},
                null,
                "kafka",
                "b-1.posts.abcde.c2.kafka.eu-central-1.amazonaws.com",
                Map.of(),
                handler);

    String request = new String(client.evaluateChallenge(new byte[0]), StandardCharsets.UTF_8);

    assertThat(request)
        .contains("\"action\":\"kafka-cluster:Connect\"", "AKIDEXAMPLE", "eu-central-1");
  }

  @Test
  void isFoundByTheClient() throws Exception {
    KafkaSettings settings =
        new KafkaSettings(
            "127.0.0.1:1",
            Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "AWS_MSK_IAM",
                "sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;",
                "sasl.client.callback.handler.class", IAMClientCallbackHandler.class.getName()));

    assertThat(settings.faults()).isEmpty();
    Topics.of(settings).close();
  }
}
