package io.pinpipeline.bench;

import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends records as the gateway does: keyed, so that copies share a partition, and acknowledged. */
final class PinSender implements BenchData.Target, AutoCloseable {

  private final String prefix;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();

  PinSender(KafkaServer kafka, String prefix) {
    this.prefix = prefix;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                10,
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 << 10),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void put(RecordKind kind, int key, byte[] bytes, int offset, int length)
      throws IOException {
    send(kind, key, bytes, offset, length, (metadata, failure) -> remember(failure));
  }

  /** Sends a record, and has the callback told of its offset; failures end the next call too. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback sees how each ends
  void send(RecordKind kind, int key, byte[] bytes, int offset, int length, Callback callback)
      throws IOException {
    requireTaken();
    producer.send(
        new ProducerRecord<>(
            prefix + "." + kind.dataset(),
            Integer.toString(key).getBytes(StandardCharsets.UTF_8),
            Arrays.copyOfRange(bytes, offset, offset + length)),
        callback);
  }

  /** Has {@link #close()} fail. */
  void remember(@Nullable Exception failure) {
    if (failure != null) {
      refusal.compareAndSet(null, failure);
    }
  }

  private void requireTaken() throws IOException {
    Exception failure = refusal.get();
    if (failure != null) {
      throw new IOException("Kafka did not take a record: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() throws IOException {
    producer.flush();
    producer.close();
    requireTaken();
  }
}
