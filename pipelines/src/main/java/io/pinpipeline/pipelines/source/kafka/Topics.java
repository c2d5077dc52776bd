package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.core.batch.TopicPartition;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What topics there are, and which offsets they have. */
public final class Topics implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final KafkaSettings settings;
  private final Admin admin;

  private Topics(KafkaSettings settings, Admin admin) {
    this.settings = settings;
    this.admin = admin;
  }

  /**
   * Connects to a cluster.
   *
   * @throws IOException if the settings are none that Kafka's client takes
   */
  public static Topics of(KafkaSettings settings) throws IOException {
    try {
      return new Topics(settings, Admin.create(settings.admin()));
    } catch (KafkaException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new IOException(
          "Kafka's client does not take these settings: "
              + cause.getMessage()
              + ". Check --bootstrapServers and the file of --kafkaProperties.",
          e);
    }
  }

  /**
   * Topics as they were when they were looked at.
   *
   * @param partitions of all of them, a topic's behind each other
   * @param ids that Kafka gave them when they were made; a cluster before Kafka 2.8 gives none
   */
  public record Described(List<TopicPartition> partitions, Map<String, String> ids) {}

  /**
   * Looks at topics.
   *
   * @throws IOException if a topic does not exist, or the cluster does not answer
   */
  public Described describe(Collection<String> topics) throws IOException {
    List<TopicPartition> partitions = new ArrayList<>();
    Map<String, String> ids = new HashMap<>();
    descriptions(topics)
        .forEach(
            (topic, description) -> {
              description
                  .partitions()
                  .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
              if (!description.topicId().equals(Uuid.ZERO_UUID)) {
                ids.put(topic, description.topicId().toString());
              }
            });
    return new Described(partitions, ids);
  }

  /**
   * Which partitions topics have beside those that are known, and of which dataset.
   *
   * @param datasets the dataset of each topic
   * @throws IOException if a topic does not exist, or the cluster does not answer
   */
  public SortedMap<TopicPartition, String> beside(
      Set<TopicPartition> known, Map<String, String> datasets) throws IOException {
    SortedMap<TopicPartition, String> others = new TreeMap<>();
    for (TopicPartition partition : describe(datasets.keySet()).partitions()) {
      String dataset = datasets.get(partition.topic());
      if (dataset != null && !known.contains(partition)) {
        others.put(partition, dataset);
      }
    }
    return others;
  }

  private Map<String, TopicDescription> descriptions(Collection<String> topics) throws IOException {
    Map<String, TopicDescription> descriptions = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(topics).topicNameValues();
    for (String topic : topics) {
      try {
        KafkaFuture<TopicDescription> description = described.get(topic);
        if (description != null) {
          descriptions.put(topic, await(description));
        }
      } catch (IOException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        missing.add(topic);
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "There is no topic "
              + String.join(", ", missing)
              + " at "
              + settings.bootstrapServers()
              + ". Make it, or name others with --topicPrefix.");
    }
    return descriptions;
  }

  /** The first offset of each partition that still has a record or will have one. */
  public SortedMap<TopicPartition, Long> earliest(Collection<TopicPartition> partitions)
      throws IOException {
    return offsets(partitions, OffsetSpec.earliest());
  }

  /** The offset of each partition behind the last record that a reader may see. */
  public SortedMap<TopicPartition, Long> latest(Collection<TopicPartition> partitions)
      throws IOException {
    return offsets(partitions, OffsetSpec.latest());
  }

  private SortedMap<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which) throws IOException {
    Map<org.apache.kafka.common.TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(
        partition ->
            asked.put(
                new org.apache.kafka.common.TopicPartition(
                    partition.topic(), partition.partition()),
                which));
    SortedMap<TopicPartition, Long> offsets = new TreeMap<>();
    await(admin.listOffsets(asked, new ListOffsetsOptions(settings.isolation())).all())
        .forEach(
            (partition, answer) ->
                offsets.put(
                    new TopicPartition(partition.topic(), partition.partition()), answer.offset()));
    return offsets;
  }

  private <T> T await(KafkaFuture<T> answer) throws IOException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while Kafka was asked");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "Kafka at "
              + settings.bootstrapServers()
              + " does not answer: "
              + cause.getMessage()
              + ". Check that it runs there and lets this client in.",
          cause);
    } catch (TimeoutException e) {
      throw new IOException(
          "Kafka at "
              + settings.bootstrapServers()
              + " did not answer within "
              + PATIENCE_SECONDS
              + " s. Check that it runs there and can be reached.",
          e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
