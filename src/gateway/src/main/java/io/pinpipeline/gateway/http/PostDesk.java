package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.gateway.kafka.ClusterWatch;
import io.pinpipeline.gateway.kafka.PostProducer;
import io.pinpipeline.gateway.wire.BodyReader;
import io.pinpipeline.gateway.wire.Delivery;
import io.pinpipeline.gateway.wire.PostedRecord;
import io.pinpipeline.gateway.wire.RecordChecker;
import io.pinpipeline.gateway.wire.RecordChecker.Checked;
import io.pinpipeline.gateway.wire.Refusal;
import io.pinpipeline.gateway.wire.Rejection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What the services of all forms share: who may send what, and the way to Kafka. */
final class PostDesk {

  private static final String API_KEY = "x-api-key";
  private static final String BEARER = "Bearer ";

  private final Optional<Reloaded<ApiKeys>> apiKeys;
  private final Optional<RateLimit> rateLimit;
  private final Limits limits;
  private final InFlight inFlight;
  private final BodyReader reader;
  private final Map<Dataset<?>, RecordChecker> checkers;
  private final ClusterWatch watch;
  private final PostProducer producer;
  private final MeterRegistry metrics;

  PostDesk(
      GatewaySettings settings, ClusterWatch watch, PostProducer producer, MeterRegistry metrics) {
    limits = settings.limits();
    apiKeys = settings.apiKeys();
    rateLimit =
        limits.recordsPerSecond() == 0
            ? Optional.empty()
            : Optional.of(new RateLimit(limits.recordsPerSecond(), limits.maxRecords()));
    inFlight = new InFlight(limits.maxBytesInFlight());
    reader = new BodyReader(limits.maxRecords(), limits.maxRecordBytes());
    checkers =
        Datasets.all().stream().collect(Collectors.toMap(dataset -> dataset, RecordChecker::new));
    this.watch = watch;
    this.producer = producer;
    this.metrics = metrics;
    metrics.gauge("gateway.inflight.bytes", inFlight, InFlight::bytes);
    metrics.gauge("gateway.inflight.requests", inFlight, InFlight::requests);
  }

  InFlight inFlight() {
    return inFlight;
  }

  BodyReader reader() {
    return reader;
  }

  /** Kafka answers earlier: this is for what nobody thought of. */
  Duration answerTimeout() {
    return limits.kafkaTimeout().plusSeconds(10);
  }

  /**
   * Lets a request in.
   *
   * @return the sender, for its rate: the owner of the key, or the address where there are no keys
   * @throws Refusal 401 without a known key, 403 if the key is not for that topic, 429 if the
   *     sender is too fast
   */
  String admit(ServiceRequestContext context, RequestHeaders headers, String topic) {
    String address = network(context.remoteAddress().getAddress());
    if (apiKeys.isEmpty()) {
      countRate(address, 1);
      return address;
    }
    String bearer = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    String key =
        headers.get(API_KEY, bearer.startsWith(BEARER) ? bearer.substring(BEARER.length()) : "");
    Optional<ApiKeys.Client> owner = apiKeys.get().get().owner(key);
    if (owner.isEmpty()) {
      countRate(address, 1); // who tries keys is slowed down too
      throw Refusal.of(
          401,
          key.isEmpty()
              ? "Send your API key as X-API-Key: <key> or Authorization: Bearer <key>."
              : "Nobody knows this API key.");
    }
    String name = owner.get().name();
    countRate(name, 1);
    if (!owner.get().mayWrite(topic)) {
      throw Refusal.of(403, "The API key of %s is not good for %s.".formatted(name, topic));
    }
    return name;
  }

  /** An address; of IPv6 the network, for its owner has the whole of it. */
  private static String network(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
        : address.getHostAddress();
  }

  /** Counts what a sender sends; the first record of a request is counted when it is let in. */
  private void countRate(String sender, int records) {
    rateLimit.ifPresent(limit -> limit.take(sender, records));
  }

  /** Counts the records of a request, of which one was counted when it was let in. */
  void countRecords(String sender, int records) {
    countRate(sender, records - 1);
  }

  /**
   * Requires that a topic can be written.
   *
   * @throws Refusal 503 if it cannot
   */
  void requireKafka(Topic topic) {
    if (!watch.reachable()) {
      throw Refusal.forNow(503, watch.fault() + ".", ErrorAnswers.SOON);
    }
    if (watch.partitions(topic.name()) == 0) {
      throw Refusal.forNow(503, "Kafka has no topic " + topic.name() + " yet.", ErrorAnswers.SOON);
    }
  }

  /**
   * Requires that the partitions that records were posted to are there.
   *
   * @throws Refusal 400 if one is not
   */
  void requirePartitions(Topic topic, List<PostedRecord> records) {
    int partitions = watch.partitions(topic.name());
    for (PostedRecord post : records) {
      if (post.partition() != null && post.partition() >= partitions) {
        throw Refusal.of(
            400,
            "There is no partition %d: topic %s has %d, counted from 0."
                .formatted(post.partition(), topic.name(), partitions));
      }
    }
  }

  /** Cleans records; those of no dataset are as they are. */
  Checked check(Topic topic, List<PostedRecord> records) {
    return topic
        .dataset()
        .map(dataset -> checkers.get(dataset))
        .map(checker -> checker.check(records))
        .orElseGet(() -> new Checked(records, List.of()));
  }

  void countRejections(Topic topic, List<Rejection> rejections) {
    for (Rejection rejection : rejections) {
      metrics
          .counter("gateway.rejections", "topic", topic.name(), "code", rejection.code())
          .increment();
    }
  }

  CompletableFuture<List<Delivery>> send(Topic topic, List<PostedRecord> records) {
    return producer.send(topic.name(), records).whenComplete((all, none) -> count(topic, all));
  }

  private void count(Topic topic, List<Delivery> deliveries) {
    Counter good = records(topic, "acknowledged");
    Counter bad = records(topic, "failed");
    for (Delivery delivery : deliveries) {
      (delivery.failure() == null ? good : bad).increment();
    }
  }

  private Counter records(Topic topic, String result) {
    return metrics.counter("gateway.records", "topic", topic.name(), "result", result);
  }
}
