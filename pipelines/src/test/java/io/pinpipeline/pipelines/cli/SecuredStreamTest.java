package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that wants TLS and a password is reached by ordinary client properties. */
@Timeout(120)
class SecuredStreamTest {

  private static final String STORE_PASSWORD = "password";

  @TempDir static Path shared;
  private static KafkaServer kafka;
  private static Path authority;
  private static Expected expected;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    Path keys = shared.resolve("broker.p12");
    authority = makeCertificate(keys);
    kafka =
        KafkaServer.startSecured(
            shared.resolve("kafka"),
            Map.of(
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.password",
                STORE_PASSWORD,
                "sasl.enabled.mechanisms",
                "PLAIN",
                "plain.sasl.jaas.config",
                login("user_ada=\"lovelace\"")));
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic("posts." + dataset.name(), 1);
    }
    expected =
        TopicPosts.send(
            new KafkaSettings(kafka.bootstrapServers(), Map.of()),
            "posts",
            new PostGenerator(1, 200));
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  private static String login(String options) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required " + options + ";";
  }

  /** Makes a key with its certificate, and gives the certificate as a PEM file. */
  private static Path makeCertificate(Path store) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, STORE_PASSWORD.toCharArray());
    }
    return Files.writeString(
        shared.resolve("broker.pem"),
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(
                Base64.getMimeEncoder()
                    .encodeToString(keys.getCertificate("broker").getEncoded())));
  }

  private Outcome stream(String password) throws IOException {
    Path properties = folder.resolve("client.properties");
    Files.write(
        properties,
        List.of(
            "security.protocol=SASL_SSL",
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + authority,
            "sasl.mechanism=PLAIN",
            "sasl.jaas.config=" + login("username=\"ada\" password=\"" + password + "\"")));
    return Outcome.of(
        "stream",
        "--bootstrapServers=" + kafka.securedBootstrapServers(),
        "--kafkaProperties=" + properties,
        "--topicPrefix=posts",
        "--lake=" + folder.resolve("lake"),
        "--commitInterval=1s",
        "--untilCaughtUp");
  }

  @Test
  void readsWithTlsAndAPassword() throws IOException {
    Outcome run = stream("lovelace");
    assertThat(run.exitCode()).as("%s", run).isZero();
    assertThat(run.out()).isEqualTo(Outcome.books(expected));
  }

  @Test
  void saysThatThePasswordIsWrongAndDoesNotTellIt() throws IOException {
    Outcome run = stream("byron");
    assertThat(run.exitCode()).as("%s", run).isEqualTo(1);
    assertThat(run.err()).contains("Authentication failed", "lets this client in");
    assertThat(run.err()).doesNotContain("byron", "Exception");
    assertThat(folder.resolve("lake")).doesNotExist();
  }
}
