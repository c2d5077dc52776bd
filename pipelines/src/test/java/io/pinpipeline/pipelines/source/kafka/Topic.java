package io.pinpipeline.pipelines.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of a real broker, with what may happen to one. */
public final class Topic {

  private final KafkaSettings settings;
  private final String name;

  /** Makes the topic if it is not there. */
  public Topic(KafkaServer broker, String name, int partitions) throws IOException {
    broker.createTopic(name, partitions);
    this.settings = new KafkaSettings(broker.bootstrapServers(), Map.of());
    this.name = name;
  }

  public String name() {
    return name;
  }

  public KafkaSettings settings() {
    return settings;
  }

  TopicPartition partition(int number) {
    return new TopicPartition(name, number);
  }

  /** Sends values to a partition. */
  public Topic send(int partition, String... values) {
    send(partition, List.of(values), Map.of());
    return this;
  }

  /** Sends values in a transaction; its marker takes one more offset. */
  public Topic transaction(int partition, boolean commit, String... values) {
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of("transactional.id", name + "-" + partition))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, partition, List.of(values));
      producer.flush();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
    return this;
  }

  private void send(int partition, List<String> values, Map<String, String> properties) {
    try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
      send(producer, partition, values);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // closing or flushing the producer awaits them
  private void send(KafkaProducer<byte[], byte[]> producer, int partition, List<String> values) {
    for (String value : values) {
      producer.send(new ProducerRecord<>(name, partition, null, value.getBytes(UTF_8)));
    }
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, String> properties) {
    return new KafkaProducer<>(
        settings.producer(properties), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Removes the records before an offset, as retention does. */
  public Topic deleteBefore(int partition, long offset)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(settings.admin())) {
      admin
          .deleteRecords(Map.of(partition(partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
    return this;
  }

  /** The offset behind the last record of a partition. */
  public long latest(int partition) throws IOException {
    try (Topics topics = Topics.of(settings)) {
      var which = new io.pinpipeline.core.batch.TopicPartition(name, partition);
      return topics.latest(List.of(which)).get(which);
    }
  }

  /** Gives it more partitions, and waits until they can be read. */
  public Topic growTo(int partitions) throws Exception {
    try (Admin admin = Admin.create(settings.admin());
        Topics topics = Topics.of(settings)) {
      admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions))).all().get();
      await()
          .untilAsserted(
              () -> assertThat(topics.describe(List.of(name)).partitions()).hasSize(partitions));
    }
    return this;
  }

  /** Removes the topic with all that is in it. */
  public void delete() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(settings.admin())) {
      admin.deleteTopics(List.of(name)).all().get();
    }
  }
}
