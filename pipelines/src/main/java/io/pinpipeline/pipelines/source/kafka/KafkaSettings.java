package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.pipelines.source.StreamSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.config.ConfigValue;

/**
 * How a Kafka cluster is reached: ordinary client properties, so that whatever Kafka's own client
 * can do (TLS, SASL, MSK IAM) works here.
 *
 * @param bootstrapServers {@code host:port}, several parted by commas
 * @param properties client properties of the user's own, which win over ours where they may
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> properties)
    implements StreamSettings {

  private static final String READ_COMMITTED =
      IsolationLevel.READ_COMMITTED.toString().toLowerCase(Locale.ROOT);

  /** Set here, for a stream loses or doubles records where they are otherwise. */
  private static final Map<String, String> FIXED =
      Map.of(
          // the table says where to begin, and nothing else
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          "false",
          // offsets that are gone are told, not skipped
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "none");

  /** Records are read as bytes. */
  private static final List<String> DESERIALIZERS =
      List.of(
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

  /** What suits a reader of everything; a user's own properties win. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          // what a transaction took back never was
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          READ_COMMITTED,
          // a poll gives all that was fetched, to be packed at once
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          "20000",
          // a reader's buffers: what it fetches ahead of what it is asked for
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          Integer.toString(2 << 20),
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          Integer.toString(2 << 20),
          ConsumerConfig.CLIENT_ID_CONFIG,
          "pinpipeline");

  public KafkaSettings {
    properties = Map.copyOf(properties);
  }

  /** What is wrong with the properties, in words; nothing where they can be used. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (String part : bootstrapServers.split(",", -1)) {
      if (!part.strip().matches("[^:\\s]+:\\d+|\\[[0-9a-fA-F:]+\\]:\\d+")) {
        faults.add("'" + part + "' is no host:port");
      }
    }
    FIXED.forEach(
        (name, value) -> {
          String own = properties.get(name);
          if (own != null && !own.equals(value)) {
            faults.add(
                name
                    + " cannot be "
                    + own
                    + ": records would be lost or doubled; leave it out, it is "
                    + value);
          }
        });
    for (String name : DESERIALIZERS) {
      if (properties.containsKey(name)) {
        faults.add(name + " cannot be set: records are read as bytes; leave it out");
      }
    }
    for (ConfigValue value : ConsumerConfig.configDef().validate(properties)) {
      if (properties.containsKey(value.name()) && !DESERIALIZERS.contains(value.name())) {
        value.errorMessages().stream().limit(1).forEach(faults::add);
      }
    }
    return faults;
  }

  /** Which records a consumer gets to see. */
  IsolationLevel isolation() {
    return READ_COMMITTED.equals(consumer().get(ConsumerConfig.ISOLATION_LEVEL_CONFIG))
        ? IsolationLevel.READ_COMMITTED
        : IsolationLevel.READ_UNCOMMITTED;
  }

  /** The properties of a consumer. */
  Map<String, Object> consumer() {
    Map<String, Object> all = new HashMap<>(DEFAULTS);
    all.putAll(properties);
    all.putAll(FIXED);
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return all;
  }

  /** The properties of a producer, behind some that its owner decides on. */
  public Map<String, Object> producer(Map<String, String> own) {
    Map<String, Object> all = admin();
    all.putAll(own);
    return all;
  }

  /** The properties of an administration client. */
  Map<String, Object> admin() {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return all;
  }
}
