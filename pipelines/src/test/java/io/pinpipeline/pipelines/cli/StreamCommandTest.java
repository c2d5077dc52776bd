package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamCommandTest {

  private static final Dirt DIRT =
      Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20).withOneOversizedIn(400, 20_000);
  private static final PostGenerator POSTS = new PostGenerator(3, 3000, DIRT);
  private static final String OVERSIZE = "--maxRecordBytes=10000";

  @TempDir static Path shared;
  private static KafkaServer kafka;
  private static Expected expected;
  private static Map<String, String> digests;

  @TempDir Path folder;

  @BeforeAll
  static void sendAndClean() throws IOException {
    kafka = KafkaServer.start(shared.resolve("kafka"));
    createTopics("posts", 3);
    expected = TopicPosts.send(settings(), "posts", POSTS);
    Outcome.generate(shared.resolve("input"), POSTS, new LinesLayout());
    Outcome.good(
        "clean",
        "--input=" + shared.resolve("input"),
        "--lake=" + shared.resolve("lake"),
        OVERSIZE);
    digests = Outcome.digests(shared.resolve("lake"));
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  private static KafkaSettings settings() {
    return new KafkaSettings(kafka.bootstrapServers(), Map.of());
  }

  private static void createTopics(String prefix, int partitions) throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic(prefix + "." + dataset.name(), partitions);
    }
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private Outcome stream(String prefix, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "stream",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=" + prefix,
                "--lake=" + lake(),
                "--commitInterval=1s",
                "--untilCaughtUp",
                OVERSIZE));
    all.addAll(List.of(more));
    return Outcome.good(all.toArray(String[]::new));
  }

  @Test
  void givesTheTablesThatABatchGives() {
    assertThat(stream("posts").out()).isEqualTo(Outcome.books(expected));

    assertThat(Outcome.digests(lake())).isEqualTo(digests);

    assertThat(stream("posts").out()).as("once more").doesNotContain("MALFORMED_JSON");
    assertThat(Outcome.digests(lake())).isEqualTo(digests);
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // closing the producer awaits them all
  void readsEveryRecordWhateverItIs() throws IOException {
    createTopics("odd", 1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            settings().producer(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] user = "{\"ind\":1,\"first_name\":\"Maya\"}".getBytes(UTF_8);
      producer.send(new ProducerRecord<>("odd.user", user));
      producer.send(new ProducerRecord<>("odd.user", "key".getBytes(UTF_8), null));
      producer.send(new ProducerRecord<>("odd.user", new byte[0]));
      producer.send(new ProducerRecord<>("odd.user", new byte[] {(byte) 0xff, 0, '\n', '{'}));
      producer.send(new ProducerRecord<>("odd.user", user));
    }

    assertThat(stream("odd").out().lines())
        .anySatisfy(line -> assertThat(line.replaceAll(" +", " ")).isEqualTo("user 5 = 1 + 1 + 3"))
        .contains("  user MALFORMED_JSON 3");
  }
}
