package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The command in a process of its own, which can be killed. */
public final class GatewayProcess implements AutoCloseable {

  private static final Pattern PORT = Pattern.compile("https?://127.0.0.1:(\\d+)");

  final Process process;
  public final int port;
  private final int managementPort;
  private final Path errors;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private GatewayProcess(Process process, Path errors) throws IOException {
    this.process = process;
    this.errors = errors;
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    port = port(out.readLine());
    managementPort = port(out.readLine());
  }

  private static int port(String line) {
    Matcher matcher = PORT.matcher(String.valueOf(line));
    assertThat(matcher.find()).as("a port in '%s'", line).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  /** Starts one with free ports and little memory, and waits until it sees Kafka. */
  public static GatewayProcess start(TestKafka kafka, int port, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                io.pinpipeline.gateway.cli.Main.class.getName(),
                "gateway",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=" + TestKafka.PREFIX,
                "--port=" + port,
                "--managementPort=0",
                "--kafkaTimeout=5",
                "--maxBodyBytes=1048576"));
    command.addAll(List.of(options));
    Path errors = Files.createTempFile("gateway", ".log");
    errors.toFile().deleteOnExit();
    GatewayProcess started =
        new GatewayProcess(
            new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    started.awaitReady(200);
    return started;
  }

  public void awaitReady(int status) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> management("/ready").statusCode() == status);
  }

  HttpResponse<String> management(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)).build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> post(String topic, String body) throws IOException, InterruptedException {
    return client.send(request(topic, body), BodyHandlers.ofString());
  }

  /** Posts, and does not wait for the answer. */
  CompletableFuture<HttpResponse<String>> postAsync(String topic, String body) {
    return client.sendAsync(request(topic, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String topic, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/topics/" + topic))
        .header("Content-Type", TestGateway.KAFKA_JSON)
        .timeout(Duration.ofSeconds(30))
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** A value of /metrics, by the beginning of its line. */
  public double metric(String name) throws IOException, InterruptedException {
    return management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** All that it said on standard error. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  public void kill() {
    Process unused = process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
