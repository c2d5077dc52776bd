package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.metric.MeterIdPrefixFunction;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.metric.MetricCollectingService;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pinpipeline.gateway.kafka.ClusterWatch;
import io.pinpipeline.gateway.kafka.PostProducer;
import io.pinpipeline.gateway.wire.Answers;
import io.pinpipeline.gateway.wire.WireForm;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway that runs. Closing it refuses new requests, finishes those that were accepted, and only
 * then stops to listen.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final MediaType PROMETHEUS =
      MediaType.parse("text/plain; version=0.0.4; charset=utf-8");
  private static final MediaType YAML = MediaType.parse("application/yaml");

  /** So many requests are parsed and cleaned at a time; what waits for Kafka holds no thread. */
  private static final int WORKERS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

  /** Connections without a request may stay open this long. */
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);

  /** How often files are looked at that may change. */
  private static final Duration RELOAD = Duration.ofSeconds(1);

  private final Limits limits;
  private final ClusterWatch watch;
  private final PostProducer producer;
  private final KafkaClientMetrics producerMetrics;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final InFlight inFlight;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "reload");
            thread.setDaemon(true);
            return thread;
          });
  private final Server server;
  private final Server management;

  private Gateway(GatewaySettings settings) {
    limits = settings.limits();
    watch =
        new ClusterWatch(settings.kafka(), settings.topics().stream().map(Topic::name).toList());
    producer =
        new PostProducer(
            settings.kafka(),
            limits.kafkaTimeout(),
            limits.maxRecordBytes(),
            limits.maxBytesInFlight());
    producerMetrics = new KafkaClientMetrics(producer.producer());
    producerMetrics.bindTo(metrics);
    new JvmMemoryMetrics().bindTo(metrics);
    collections.bindTo(metrics);
    PostDesk desk = new PostDesk(settings, watch, producer, metrics);
    inFlight = desk.inFlight();
    settings.apiKeys().ifPresent(this::reload);
    settings.tls().ifPresent(this::reload);
    server = server(settings, desk);
    management =
        builder()
            .port(settings.management(), SessionProtocol.HTTP)
            .service("/health", (context, request) -> status(HttpStatus.OK, "serving"))
            .service("/ready", (context, request) -> ready())
            .service("/metrics", (context, request) -> metrics())
            .build();
  }

  private void reload(Reloaded<?> files) {
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            files::look, RELOAD.toMillis(), RELOAD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a gateway, whether Kafka can be reached already or not.
   *
   * @throws IOException if it cannot listen where it should
   */
  public static Gateway start(GatewaySettings settings) throws IOException {
    Gateway gateway = new Gateway(settings);
    try {
      gateway.management.start().join();
      gateway.server.start().join();
    } catch (CompletionException e) {
      gateway.close();
      throw new IOException(
          "The gateway cannot listen on %s and %s: %s. Choose other ports with --port and --managementPort."
              .formatted(
                  settings.address(),
                  settings.management(),
                  Objects.requireNonNullElse(e.getCause(), e).getMessage()),
          e);
    }
    return gateway;
  }

  private Server server(GatewaySettings settings, PostDesk desk) {
    SessionProtocol protocol =
        settings.tls().isPresent() ? SessionProtocol.HTTPS : SessionProtocol.HTTP;
    ServerBuilder builder =
        builder()
            .port(settings.address(), protocol)
            .meterRegistry(metrics)
            .blockingTaskExecutor(WORKERS)
            .maxRequestLength(limits.maxBodyBytes())
            .http1MaxHeaderSize(limits.maxHeaderBytes())
            .http1MaxInitialLineLength(limits.maxHeaderBytes())
            .http2MaxHeaderListSize(limits.maxHeaderBytes())
            .requestTimeout(limits.clientTimeout())
            .idleTimeout(IDLE_TIMEOUT);
    settings.tls().ifPresent(pair -> builder.tlsProvider(hostname -> pair.get()));

    Map<String, Topic> topics =
        settings.topics().stream().collect(Collectors.toMap(Topic::name, topic -> topic));
    Map<String, Topic> streams =
        settings.topics().stream()
            .flatMap(topic -> topic.streams().stream().map(stream -> Map.entry(stream, topic)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    OpenApi openApi = OpenApi.load();
    return builder
        .service("/topics/{topic}", new PostService(WireForm.KAFKA_REST, topics, desk))
        .service(
            "/streams/{stream}/record", new PostService(WireForm.KINESIS_RECORD, streams, desk))
        .service(
            "/streams/{stream}/records", new PostService(WireForm.KINESIS_RECORDS, streams, desk))
        .service(
            "/openapi.yaml",
            (context, request) -> HttpResponse.of(HttpStatus.OK, YAML, openApi.yaml()))
        .service(
            "/openapi.json",
            (context, request) ->
                HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, openApi.json()))
        .serviceUnder("/", (context, request) -> nothingHere())
        .decorator(
            MetricCollectingService.newDecorator(MeterIdPrefixFunction.ofDefault("gateway.http")))
        .build();
  }

  private ServerBuilder builder() {
    return ConnectionGuard.guard(Server.builder(), limits.clientTimeout())
        .maxNumConnections(limits.maxConnections())
        .disableServerHeader()
        .errorHandler(new ErrorAnswers())
        .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO);
  }

  private static HttpResponse nothingHere() {
    return HttpResponse.of(
        HttpStatus.NOT_FOUND,
        MediaType.JSON_UTF_8,
        HttpData.wrap(
            Answers.refusal(
                404, "There is nothing here. /openapi.yaml tells what the gateway understands.")));
  }

  private HttpResponse ready() {
    if (inFlight.isClosed()) {
      return status(HttpStatus.SERVICE_UNAVAILABLE, "The gateway is being stopped.");
    }
    String fault = watch.fault();
    return fault == null
        ? status(HttpStatus.OK, "ready")
        : status(HttpStatus.SERVICE_UNAVAILABLE, fault + ".");
  }

  private static HttpResponse status(HttpStatus status, String words) {
    return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, words + "\n");
  }

  private HttpResponse metrics() {
    return HttpResponse.of(HttpStatus.OK, PROMETHEUS, metrics.scrape());
  }

  /** The port where posts are taken. */
  public int port() {
    return server.activeLocalPort();
  }

  /** The port where health, readiness and metrics are told. */
  public int managementPort() {
    return management.activeLocalPort();
  }

  @Override
  public void close() {
    try {
      inFlight.drain(limits.shutdownTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int left = inFlight.requests();
    if (left > 0) {
      LOG.warn("{} requests were not answered in time and are broken off.", left);
    }
    server.stop().join();
    timer.shutdownNow();
    producer.close();
    watch.close();
    management.stop().join();
    producerMetrics.close();
    collections.close();
    metrics.close();
  }
}
