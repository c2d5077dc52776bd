package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A gateway in this process, and a client that holds every answer against the OpenAPI document. */
public final class TestGateway implements AutoCloseable {

  static final String KAFKA_JSON = "application/vnd.kafka.json.v2+json";

  public static final Limits LIMITS =
      new Limits(
          1 << 20,
          1000,
          100_000,
          8192,
          256,
          16L << 20,
          0,
          Duration.ofSeconds(4),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20));

  final Gateway gateway;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The document that is served, which takes long to read. */
  private static final OpenApiInteractionValidator DOCUMENT =
      OpenApiInteractionValidator.createForInlineApiSpecification(OpenApi.load().yaml()).build();

  private TestGateway(Gateway gateway) {
    this.gateway = gateway;
  }

  public static TestGateway start(String bootstrapServers) throws Exception {
    return start(bootstrapServers, LIMITS, Optional.empty());
  }

  public static TestGateway start(
      String bootstrapServers, Limits limits, Optional<Reloaded<ApiKeys>> keys) throws Exception {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new TestGateway(
        Gateway.start(
            new GatewaySettings(
                Map.of("bootstrap.servers", bootstrapServers),
                Topic.ofPrefix(TestKafka.PREFIX),
                free,
                free,
                keys,
                Optional.empty(),
                limits)));
  }

  /** Waits until Kafka is seen. */
  public TestGateway ready() {
    awaitReady(200);
    return this;
  }

  void awaitReady(int status) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> management("/ready").statusCode() == status);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> management(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + path))
            .build(),
        BodyHandlers.ofString());
  }

  public int port() {
    return gateway.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  /**
   * Posts in the form of the Kafka REST proxy; the request must be one that the document allows.
   */
  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return good("POST", path, KAFKA_JSON, body, headers);
  }

  /** Puts in Kinesis' form. */
  HttpResponse<String> put(String path, String body, String... headers) throws Exception {
    return good("PUT", path, "application/json", body, headers);
  }

  private HttpResponse<String> good(
      String method, String path, String type, String body, String... headers) throws Exception {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Content-Type";
    all[1] = type;
    return send(method, path, body, all);
  }

  /**
   * Sends anything. The answer must be one that the document knows, and a request that was taken
   * one that it allows.
   */
  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    requireDocumented(request.build(), body, path, response);
    return response;
  }

  private void requireDocumented(
      HttpRequest request, String body, String path, HttpResponse<String> response) {
    if (!path.matches("/(topics/[^/]+|streams/[^/]+/records?)(\\?.*)?")) {
      return;
    }
    String plainPath = path.replaceFirst("\\?.*", "");
    // what the document says of 405 stands at the method that there is
    Request.Method method = path.startsWith("/topics/") ? Request.Method.POST : Request.Method.PUT;
    SimpleResponse.Builder answer =
        SimpleResponse.Builder.status(response.statusCode()).withBody(response.body());
    response.headers().map().forEach(answer::withHeader);
    requireNoFaults(DOCUMENT.validateResponse(plainPath, method, answer.build()), response);
    if (response.statusCode() == 200) {
      SimpleRequest.Builder question = new SimpleRequest.Builder(method, plainPath).withBody(body);
      request.headers().map().forEach(question::withHeader);
      requireNoFaults(DOCUMENT.validateRequest(question.build()), response);
    }
  }

  private static void requireNoFaults(ValidationReport report, HttpResponse<String> response) {
    assertThat(report.getMessages())
        .as("%s: %s", response, response.body())
        .extracting(message -> message.getKey() + ": " + message.getMessage())
        .isEmpty();
  }

  @Override
  public void close() {
    gateway.close();
  }
}
