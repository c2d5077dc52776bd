package io.pinpipeline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KafkaServerTest {

  @TempDir Path folder;

  @Test
  void handsOnWhatIsSentHoweverItIsCompressed() throws Exception {
    try (KafkaServer server = KafkaServer.start(folder)) {
      server.createTopic("posts", 2);
      try (KafkaConsumer<String, String> consumer = consumer(server)) {
        consumer.subscribe(List.of("posts"));
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
          try (KafkaProducer<String, String> producer = producer(server, compression)) {
            assertThat(producer.partitionsFor("posts")).hasSize(2);
            send(producer, compression, "two", "three");
            assertThat(receive(consumer, 3)).containsExactlyInAnyOrder(compression, "two", "three");
          }
        }
      }
    }
  }

  @Test
  void isTheSameToItsClientsAfterARestart() throws Exception {
    KafkaServer server = KafkaServer.start(folder);
    int port = server.port();
    server.createTopic("posts", 1);
    try (KafkaProducer<String, String> producer = producer(server, "none");
        KafkaConsumer<String, String> consumer = consumer(server)) {
      consumer.subscribe(List.of("posts"));
      send(producer, "one");
      assertThat(receive(consumer, 1)).containsExactly("one");
      consumer.commitSync();
      send(producer, "two");
      server.close();

      server = KafkaServer.start(folder, port);
      assertThat(server.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      send(producer, "three");
      assertThat(receive(consumer, 2)).containsExactly("two", "three");
    } finally {
      server.close();
    }
  }

  @Test
  void keepsRecordsOfLongAgo() throws Exception {
    try (KafkaServer server = KafkaServer.start(folder)) {
      server.createTopic("posts", 1);
      try (KafkaProducer<String, String> producer = producer(server, "none")) {
        producer.send(new ProducerRecord<>("posts", 0, 0L, null, "of 1970")).get();
      }
    }
    try (KafkaServer server = KafkaServer.start(folder);
        KafkaConsumer<String, String> consumer = consumer(server)) {
      consumer.subscribe(List.of("posts"));
      assertThat(receive(consumer, 1)).containsExactly("of 1970");
    }
  }

  @Test
  void standsBesideAnother() throws Exception {
    try (KafkaServer one = KafkaServer.start(folder.resolve("one"))) {
      try (KafkaServer other = KafkaServer.start(folder.resolve("other"))) {
        for (KafkaServer server : List.of(one, other)) {
          server.createTopic("posts", 1);
          try (KafkaProducer<String, String> producer = producer(server, "none");
              KafkaConsumer<String, String> consumer = consumer(server)) {
            send(producer, server.bootstrapServers());
            consumer.subscribe(List.of("posts"));
            assertThat(receive(consumer, 1)).containsExactly(server.bootstrapServers());
          }
        }
      }
      one.createTopic("more", 1);
    }
  }

  @Test
  void makesATopicOnce() throws Exception {
    try (KafkaServer server = KafkaServer.start(folder)) {
      server.createTopic("posts", 2);
      server.createTopic("posts", 2);
      assertThatThrownBy(() -> server.createTopic("posts", 3))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("has 2 partitions, not 3");
      assertThatThrownBy(() -> server.createTopic("my posts", 1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot make the topic my posts")
          .hasMessageContaining("alphanumerics");
    }
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> KafkaServer.start(folder, socket.getLocalPort()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on port " + socket.getLocalPort());
    }
    KafkaServer.start(folder).close();
  }

  @Test
  void refusesAFolderThatIsInUse() throws Exception {
    try (KafkaServer server = KafkaServer.start(folder)) {
      assertThatThrownBy(() -> KafkaServer.start(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another Kafka broker uses the folder " + folder);
      server.createTopic("posts", 1);
    }
  }

  @Test
  void leavesNothingBehind() throws Exception {
    Set<Thread> threads = Thread.getAllStackTraces().keySet();
    Set<Path> files = unpacked();
    try (KafkaServer server = KafkaServer.start(folder)) {
      server.createTopic("posts", 1);
      assertThat(unpacked()).hasSize(files.size() + 1);
    }

    assertThat(unpacked()).isEqualTo(files);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !thread.isDaemon())
        .isSubsetOf(threads);
    assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(null, null))
        .filteredOn(name -> name.getDomain().startsWith("kafka"))
        .isEmpty();
  }

  /** What servers of this process have laid out. */
  private static Set<Path> unpacked() throws IOException {
    String prefix = "pinpipeline-server-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .collect(Collectors.toSet());
    }
  }

  private static void send(KafkaProducer<String, String> producer, String... values)
      throws Exception {
    for (String value : values) {
      producer.send(new ProducerRecord<>("posts", value)).get();
    }
  }

  /** Polls until there are as many records; the test's time limit ends it. */
  private static List<String> receive(KafkaConsumer<String, String> consumer, int count) {
    List<String> values = new ArrayList<>();
    while (values.size() < count) {
      for (ConsumerRecord<String, String> posted : consumer.poll(Duration.ofSeconds(1))) {
        values.add(posted.value());
      }
    }
    return values;
  }

  private static KafkaProducer<String, String> producer(KafkaServer server, String compression) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            server.bootstrapServers(),
            "acks",
            "all",
            "compression.type",
            compression),
        new StringSerializer(),
        new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(KafkaServer server) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            server.bootstrapServers(),
            "group.id",
            "readers",
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false),
        new StringDeserializer(),
        new StringDeserializer());
  }
}
