package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends invented posts to topics, as a gateway does: keyed, so that copies share a partition. */
final class TopicPosts {

  private TopicPosts() {}

  /**
   * Makes the topics of a broker and sends all posts to them.
   *
   * @return how the broker is reached
   * @throws IOException if Kafka did not acknowledge a record
   */
  static KafkaSettings fill(
      KafkaServer kafka, String prefix, int partitions, PostGenerator generator)
      throws IOException {
    createTopics(kafka, prefix, partitions);
    KafkaSettings settings = new KafkaSettings(kafka.bootstrapServers(), Map.of());
    send(settings, prefix, generator);
    return settings;
  }

  /** Makes the topics {@code <prefix>.pin}, {@code .geo} and {@code .user}. */
  static void createTopics(KafkaServer kafka, String prefix, int partitions) throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic(prefix + "." + dataset.name(), partitions);
    }
  }

  /**
   * Sends all posts to {@code <prefix>.pin}, {@code .geo} and {@code .user}, which have to exist.
   *
   * @return what cleaning them must count
   * @throws IOException if Kafka did not acknowledge a record
   */
  static Expected send(KafkaSettings kafka, String prefix, PostGenerator generator)
      throws IOException {
    return send(kafka, prefix, generator, () -> {});
  }

  /**
   * As above.
   *
   * @param before is run before each record
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback sees how each ends
  static Expected send(KafkaSettings kafka, String prefix, PostGenerator generator, Runnable before)
      throws IOException {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(
                Map.of(
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    "true",
                    ProducerConfig.LINGER_MS_CONFIG,
                    "20",
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    Integer.toString(256 << 10),
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    Integer.toString(8 << 20))),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      Expected expected =
          generator.generate(
              0,
              generator.turns(),
              (kind, key, buffer, offset, length) -> {
                before.run();
                producer.send(
                    new ProducerRecord<>(
                        prefix + "." + kind.dataset(),
                        Integer.toString(key).getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOfRange(buffer, offset, offset + length)),
                    (metadata, refusal) -> {
                      if (refusal != null) {
                        failure.compareAndSet(null, refusal);
                      }
                    });
              });
      producer.flush();
      Exception refusal = failure.get();
      if (refusal != null) {
        throw new IOException("Kafka did not take a record: " + refusal.getMessage(), refusal);
      }
      return expected;
    } catch (KafkaException e) {
      throw new IOException("Cannot send to Kafka: " + e.getMessage(), e);
    }
  }
}
