package io.pinpipeline.gateway.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether Kafka can be reached and has the topics. What cannot be sent is so
 * refused at once, and not only after it has waited for Kafka.
 */
public final class ClusterWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int TIMEOUT_MILLIS = 3000;

  /**
   * What was seen last.
   *
   * @param partitions the number of partitions of each topic that there is
   * @param fault why Kafka cannot be reached; null where it can
   */
  private record Seen(Map<String, Integer> partitions, @Nullable String fault) {}

  private final List<String> topics;
  private final Admin admin;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread watcher = new Thread(task, "kafka-watch");
            watcher.setDaemon(true);
            return watcher;
          });
  private volatile Seen seen = new Seen(Map.of(), "Kafka was not asked yet");

  /**
   * Begins to look.
   *
   * @param properties how Kafka's clients find the brokers and prove who they are
   * @param topics the topics that there should be
   */
  public ClusterWatch(Map<String, Object> properties, Collection<String> topics) {
    this.topics = List.copyOf(topics);
    Map<String, Object> all = new HashMap<>(properties);
    all.put(AdminClientConfig.CLIENT_ID_CONFIG, "pinpipeline-gateway-watch");
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    admin = Admin.create(all);
    Future<?> unused =
        thread.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    Seen before = seen;
    try {
      seen = ask();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) { // or nobody would look any more
      seen = new Seen(before.partitions(), "Kafka cannot be asked: " + e.getMessage());
    }
    String fault = fault();
    if (!seen.equals(before)) {
      if (fault == null) {
        LOG.info("Kafka is reached and has all topics.");
      } else {
        LOG.warn("{}. Posts are refused with 503 where that is in their way.", fault);
      }
    }
  }

  private Seen ask() throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
            .topicNameValues();
    Map<String, Integer> partitions = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
      try {
        partitions.put(answer.getKey(), answer.getValue().get().partitions().size());
      } catch (ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        if (!(cause instanceof UnknownTopicOrPartitionException)) {
          return new Seen(seen.partitions(), "Kafka cannot be reached: " + cause.getMessage());
        }
      }
    }
    return new Seen(Map.copyOf(partitions), null);
  }

  /** Why not every topic can be written, in words without a full stop; null where all can. */
  public @Nullable String fault() {
    Seen now = seen;
    if (now.fault() != null) {
      return now.fault();
    }
    List<String> missing =
        topics.stream().filter(topic -> !now.partitions().containsKey(topic)).toList();
    return missing.isEmpty()
        ? null
        : "Kafka has no topic " + String.join(" and no topic ", missing) + "; create it";
  }

  /** Whether Kafka is there. */
  public boolean reachable() {
    return seen.fault() == null;
  }

  /** The number of partitions of a topic; 0 where Kafka does not have it. */
  public int partitions(String topic) {
    return seen.partitions().getOrDefault(topic, 0);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    admin.close(Duration.ZERO);
  }
}
