package io.pinpipeline.gateway.http;

import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A broker with the topics of one prefix, three partitions each. */
public final class TestKafka implements AutoCloseable {

  public static final String PREFIX = "demo";
  public static final String PIN = "demo.pin";
  public static final String GEO = "demo.geo";
  public static final String USER = "demo.user";
  static final int PARTITIONS = 3;

  private Path folder;
  private KafkaServer server;

  public TestKafka(Path folder) throws IOException {
    this.folder = folder;
    start(0);
  }

  private void start(int port) throws IOException {
    server = KafkaServer.start(folder, port);
    for (String topic : List.of(PIN, GEO, USER)) {
      server.createTopic(topic, PARTITIONS);
    }
  }

  public String bootstrapServers() {
    return server.bootstrapServers();
  }

  public void stop() throws IOException {
    server.close();
  }

  public void startAgain() throws IOException {
    start(server.port());
  }

  /** Starts again without anything that it knew. */
  void startAnew() throws IOException {
    folder = folder.resolveSibling(folder.getFileName() + "-anew");
    start(server.port());
  }

  /** All records of a topic. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
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
  }
}
