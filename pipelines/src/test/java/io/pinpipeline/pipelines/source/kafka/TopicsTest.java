package io.pinpipeline.pipelines.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TopicsTest {

  @TempDir static Path folder;
  private static KafkaServer broker;

  @BeforeAll
  static void start() throws IOException {
    broker = KafkaServer.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  @Test
  void knowTheirPartitionsAndOffsets() throws Exception {
    new Topic(broker, "one", 2).send(0, "a", "b", "c").deleteBefore(0, 2);
    Topic other = new Topic(broker, "other", 1).transaction(0, true, "a");
    TopicPartition first = new TopicPartition("one", 0);
    TopicPartition second = new TopicPartition("one", 1);
    TopicPartition third = new TopicPartition("other", 0);
    try (Topics topics = Topics.of(other.settings())) {
      List<TopicPartition> partitions = topics.describe(List.of("one", "other")).partitions();
      assertThat(partitions).containsExactly(first, second, third);
      assertThat(topics.earliest(partitions)).isEqualTo(Map.of(first, 2L, second, 0L, third, 0L));
      assertThat(topics.latest(partitions)).isEqualTo(Map.of(first, 3L, second, 0L, third, 2L));
    }
  }

  @Test
  void areNamedWhereTheyAreMissing() throws Exception {
    Topic there = new Topic(broker, "there", 1);
    try (Topics topics = Topics.of(there.settings())) {
      assertThatThrownBy(() -> topics.describe(List.of("no", "there", "nor")).partitions())
          .isInstanceOf(IOException.class)
          .hasMessage(
              "There is no topic no, nor at %s. Make it, or name others with --topicPrefix.",
              broker.bootstrapServers());
    }
  }

  @Test
  void sayThatNobodyAnswers() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    KafkaSettings nobody =
        new KafkaSettings(
            "127.0.0.1:" + free,
            Map.of("default.api.timeout.ms", "1000", "request.timeout.ms", "500"));
    try (Topics topics = Topics.of(nobody)) {
      assertThatThrownBy(() -> topics.describe(List.of("posts")).partitions())
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Kafka at 127.0.0.1:" + free + " does not answer: ")
          .hasMessageEndingWith("Check that it runs there and lets this client in.");
    }
  }

  @Test
  void sayWhichSettingsCannotBe() {
    KafkaSettings settings =
        new KafkaSettings(
            broker.bootstrapServers(),
            Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"));
    assertThatThrownBy(() -> Topics.of(settings))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Kafka's client does not take these settings: ")
        .hasMessageContaining("java.security.auth.login.config")
        .hasMessageEndingWith("Check --bootstrapServers and the file of --kafkaProperties.");
  }
}
