package io.pinpipeline.gateway.http;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import com.linecorp.armeria.common.TlsKeyPair;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A gateway in this process, and a client that holds every answer against the OpenAPI document. */
final class TestGateway implements AutoCloseable {

  static final String KAFKA_JSON = "application/vnd.kafka.json.v2+json";

  static final Limits LIMITS =
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
  private final OpenApiInteractionValidator document;

  private TestGateway(Gateway gateway) throws IOException, InterruptedException {
    this.gateway = gateway;
    document =
        OpenApiInteractionValidator.createForInlineApiSpecification(get("/openapi.yaml").body())
            .build();
  }

  static TestGateway start(String bootstrapServers) throws Exception {
    return start(bootstrapServers, LIMITS, Optional.empty(), Optional.empty());
  }

  static TestGateway start(
      String bootstrapServers, Limits limits, Optional<ApiKeys> keys, Optional<TlsKeyPair> tls)
      throws Exception {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new TestGateway(
        Gateway.start(
            new GatewaySettings(
                Map.of("bootstrap.servers", bootstrapServers),
                Topic.ofPrefix(TestKafka.PREFIX),
                free,
                free,
                keys,
                tls,
                limits)));
  }

  /** Waits until Kafka is seen. */
  TestGateway ready() {
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

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  /**
   * Posts in the form of the Kafka REST proxy; the request must be one that the document allows.
   */
  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return good("POST", path, KAFKA_JSON, body, headers);
  }

  /** Puts in Kinesis' form; the request must be one that the document allows. */
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

  /** Sends anything; the answer must be one that the document knows. */
  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    requireDocumented(method, path, response);
    return response;
  }

  private void requireDocumented(String method, String path, HttpResponse<String> response) {
    boolean known = path.matches("/(topics/[^/]+|streams/[^/]+/records?)(\\?.*)?");
    if (!known) {
      return;
    }
    boolean posts = path.startsWith("/topics/");
    SimpleResponse.Builder answer =
        SimpleResponse.Builder.status(response.statusCode()).withBody(response.body());
    response.headers().map().forEach((name, values) -> answer.withHeader(name, values));
    // 405 is what the document says of the method that there is, too
    ValidationReport report =
        document.validateResponse(
            path.replaceFirst("\\?.*", ""),
            posts ? Request.Method.POST : Request.Method.PUT,
            answer.build());
    List<String> faults = new ArrayList<>();
    report.getMessages().forEach(message -> faults.add(message.getMessage()));
    if (report.hasErrors()) {
      throw new AssertionError(
          method
              + " "
              + path
              + " was answered otherwise than documented: "
              + faults
              + "\n"
              + response.statusCode()
              + " "
              + response.headers()
              + "\n"
              + response.body());
    }
  }

  @Override
  public void close() {
    gateway.close();
  }
}
