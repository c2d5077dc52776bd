package io.pinpipeline.gateway.http;

import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A broker with the topics of one prefix, three partitions each. */
public final class TestKafka implements AutoCloseable {

  public static final String PREFIX = "demo";
  public static final String PIN = "demo.pin";
  public static final String GEO = "demo.geo";
  public static final String USER = "demo.user";
  static final int PARTITIONS = 3;
  private static final List<String> TOPICS = List.of(PIN, GEO, USER);

  private final Path home;
  private final Map<TopicPartition, Long> begins = new HashMap<>();
  private Path folder;
  private KafkaServer server;
  private boolean stopped;
  private final Set<String> limited = new HashSet<>();

  /**
   * Starts a broker.
   *
   * @param home its folder, which is removed with it
   */
  TestKafka(Path home) throws IOException {
    this.home = home;
    folder = home.resolve("0");
    start(0);
  }

  private void start(int port) throws IOException {
    server = KafkaServer.start(folder, port);
    stopped = false;
    for (String topic : TOPICS) {
      server.createTopic(topic, PARTITIONS);
    }
  }

  /** From now on, only what comes from now on is read; a broker that was stopped is there again. */
  public void startOver() throws Exception {
    if (stopped) {
      startAgain();
    }
    for (String client : limited) {
      setLimit(client, null);
    }
    limited.clear();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      begins.putAll(consumer.endOffsets(TOPICS.stream().flatMap(TestKafka::partitions).toList()));
    }
  }

  public String bootstrapServers() {
    return server.bootstrapServers();
  }

  public void stop() throws IOException {
    stopped = true;
    server.close();
  }

  public void startAgain() throws IOException {
    start(server.port());
  }

  /** Starts again without anything that it knew. */
  void startAnew() throws IOException {
    folder = home.resolve(folder.getFileName() + "0");
    begins.clear();
    start(server.port());
  }

  /** Has the broker take only so much of a client, until the next test. */
  void limit(String client, double bytesPerSecond) throws Exception {
    setLimit(client, bytesPerSecond);
    limited.add(client);
  }

  private void setLimit(String client, @Nullable Double bytesPerSecond) throws Exception {
    ClientQuotaEntity who = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, client));
    ClientQuotaAlteration.Op how =
        new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers()))) {
      Void unused =
          admin
              .alterClientQuotas(List.of(new ClientQuotaAlteration(who, List.of(how))))
              .all()
              .get();
    }
  }

  private static Stream<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topic, partition));
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** All records of a topic. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(topic).toList();
      consumer.assign(partitions);
      partitions.forEach(one -> consumer.seek(one, begins.getOrDefault(one, 0L)));
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /** The values of a topic, as text. */
  public List<String> values(String topic) {
    return read(topic).stream().map(record -> text(record.value())).toList();
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
    try (Stream<Path> all = Files.walk(home)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
