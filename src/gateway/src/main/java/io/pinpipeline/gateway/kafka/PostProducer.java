package io.pinpipeline.gateway.kafka;

import io.pinpipeline.gateway.wire.Delivery;
import io.pinpipeline.gateway.wire.PostedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends posts to Kafka, and says of a record that it is there only after all replicas in sync have
 * it. The producer is idempotent: its own retries double nothing and keep the order.
 */
public final class PostProducer implements AutoCloseable {

  /** What the gateway's promises rest on, and nobody else may set. */
  public static final Set<String> OWN_PROPERTIES =
      Set.of(
          ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
          ProducerConfig.ACKS_CONFIG,
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.RETRIES_CONFIG,
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          ProducerConfig.LINGER_MS_CONFIG,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG);

  /** Room for the headers of a record and of its batch. */
  private static final int OVERHEAD_BYTES = 1024;

  private static final int LINGER_MILLIS = 2;

  /** How long a request's thread waits for metadata or for room; both are there in good times. */
  private static final int MAX_BLOCK_MILLIS = 1000;

  private final Producer<byte[], byte[]> producer;

  /**
   * A producer.
   *
   * @param properties how Kafka's clients find the brokers and prove who they are
   * @param timeout how long a record may wait for its acknowledgement
   * @param maxRecordBytes the largest record
   * @param bufferBytes the memory for records that wait
   */
  public PostProducer(
      Map<String, Object> properties, Duration timeout, int maxRecordBytes, long bufferBytes) {
    Map<String, Object> all = new HashMap<>(properties);
    int timeoutMillis = (int) timeout.toMillis();
    all.put(ProducerConfig.CLIENT_ID_CONFIG, "pinpipeline-gateway");
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMillis);
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis / 2);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes + OVERHEAD_BYTES);
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes);
    producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The producer, for its metrics. */
  public Producer<?, ?> producer() {
    return producer;
  }

  /**
   * Sends records.
   *
   * @return completes, never exceptionally, with what became of each, in their order
   */
  public CompletableFuture<List<Delivery>> send(String topic, List<PostedRecord> records) {
    List<CompletableFuture<Delivery>> deliveries = new ArrayList<>(records.size());
    for (PostedRecord post : records) {
      CompletableFuture<Delivery> delivery =
          send(new ProducerRecord<>(topic, post.partition(), post.key(), post.value()));
      deliveries.add(delivery);
      if (delivery.isDone() && delivery.join().retriable()) {
        break; // nothing can be sent at the moment, and each further record would wait in vain
      }
    }
    while (deliveries.size() < records.size()) {
      deliveries.add(deliveries.get(deliveries.size() - 1));
    }
    return CompletableFuture.allOf(deliveries.toArray(CompletableFuture[]::new))
        .thenApply(all -> deliveries.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<Delivery> send(ProducerRecord<byte[], byte[]> post) {
    CompletableFuture<Delivery> delivery = new CompletableFuture<>();
    try {
      Future<RecordMetadata> unused =
          producer.send(
              post,
              (metadata, failure) -> delivery.complete(PostProducer.delivery(metadata, failure)));
    } catch (KafkaException | IllegalStateException e) { // closed, interrupted, or broken for good
      delivery.complete(Delivery.failed("The record was not sent: " + e.getMessage(), true));
    }
    return delivery;
  }

  private static Delivery delivery(RecordMetadata metadata, @Nullable Exception failure) {
    if (failure == null) {
      return Delivery.acknowledged(metadata.partition(), metadata.offset());
    }
    return failure instanceof RetriableException
        ? Delivery.failed(
            "Kafka did not acknowledge the record in time, though it may have it. Send it again. ("
                + failure.getMessage()
                + ")",
            true)
        : Delivery.failed("Kafka refused the record: " + failure.getMessage(), false);
  }

  /** Sends what was accepted, and closes. */
  @Override
  public void close() {
    producer.close();
  }
}
