package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MetricsServerTest {

  private static final Pattern ADDRESS =
      Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+/metrics)");
  private static final Pattern LINE =
      Pattern.compile("[a-z][a-z0-9_]*(\\{[a-z]+=\"[^\"]+\"(,[a-z]+=\"[^\"]+\")*})? [-+.0-9E]+");

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> get(String address) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(10)).build(),
        BodyHandlers.ofString());
  }

  /** The values of all series; each line is held against the format. */
  private Map<String, Double> metrics(String address) throws IOException, InterruptedException {
    HttpResponse<String> response = get(address);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    Map<String, Double> values = new TreeMap<>();
    response
        .body()
        .lines()
        .filter(line -> !line.startsWith("# TYPE ") && !line.startsWith("# HELP "))
        .forEach(
            line -> {
              assertThat(line).matches(LINE);
              int space = line.lastIndexOf(' ');
              assertThat(
                      values.put(line.substring(0, space), Double.valueOf(line.substring(space))))
                  .as("only one %s", line)
                  .isNull();
            });
    return values;
  }

  @Test
  void tellsWhatAStreamCountsWhileItRuns() throws Exception {
    try (KafkaServer broker = KafkaServer.start(folder.resolve("kafka"))) {
      for (Dataset<?> dataset : Datasets.all()) {
        broker.createTopic("posts." + dataset.name(), 2);
      }
      KafkaSettings kafka = new KafkaSettings(broker.bootstrapServers(), Map.of());
      Expected expected =
          TopicPosts.send(
              kafka,
              "posts",
              new PostGenerator(5, 500, Dirt.usual().withRepeated(0.2, 0.05).withOneBadIn(20)));
      try (StreamProcess stream =
          new StreamProcess(
              folder,
              "stream",
              "--bootstrapServers=" + broker.bootstrapServers(),
              "--topicPrefix=posts",
              "--lake=" + folder.resolve("lake"),
              "--commitInterval=1s",
              "--metricsPort=0")) {
        String address =
            await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> address(stream), found -> !found.isEmpty());
        Map<String, Double> after =
            await()
                .atMost(Duration.ofSeconds(60))
                .until(
                    () -> metrics(address),
                    seen ->
                        RecordKind.values().length
                            == seen.entrySet().stream()
                                .filter(
                                    metric ->
                                        metric.getKey().startsWith("pinpipeline_lag_records{")
                                            && metric.getValue() == 0)
                                .count());
        double records = 0;
        for (RecordKind kind : RecordKind.values()) {
          Tally tally = expected.of(kind);
          String label = "{dataset=\"" + kind.dataset() + "\"}";
          records += tally.read();
          assertThat(after)
              .containsEntry("pinpipeline_read_total" + label, (double) tally.read())
              .containsKeys(
                  "pinpipeline_read_to_committed_seconds_sum" + label,
                  "pinpipeline_commit_seconds_min" + label,
                  "pinpipeline_commit_seconds_max" + label);
          assertThat(after.get("pinpipeline_commits_total" + label)).isPositive();
          assertThat(after.get("pinpipeline_commit_seconds_count" + label)).isPositive();
        }
        assertThat(after).containsEntry("pinpipeline_records_total", records);
        assertThat(after.keySet())
            .contains("pinpipeline_dead_total{code=\"MALFORMED_JSON\",dataset=\"pin\"}")
            .anyMatch(name -> name.startsWith("beam_"));
        stream.end();
      }
      tellsWhatAnArchiveCounts(broker, expected);
    }
  }

  private void tellsWhatAnArchiveCounts(KafkaServer broker, Expected expected) throws Exception {
    try (StreamProcess archive =
        new StreamProcess(
            folder,
            "archive",
            "--bootstrapServers=" + broker.bootstrapServers(),
            "--topicPrefix=posts",
            "--output=" + folder.resolve("archive"),
            "--rollInterval=1s",
            "--metricsPort=0")) {
      String address =
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> address(archive), found -> !found.isEmpty());
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                Map<String, Double> seen = metrics(address);
                for (RecordKind kind : RecordKind.values()) {
                  String label = "{dataset=\"" + kind.dataset() + "\"}";
                  assertThat(seen)
                      .containsEntry(
                          "pinpipeline_archived_total" + label, (double) expected.of(kind).read())
                      .containsEntry("pinpipeline_lag_records" + label, 0.0)
                      .containsEntry("pinpipeline_unread_partitions" + label, 0.0)
                      .containsKeys(
                          "pinpipeline_archived_bytes_total" + label,
                          "pinpipeline_objects_total" + label,
                          "pinpipeline_read_to_archived_seconds_sum" + label);
                }
              });
      archive.end();
    }
  }

  private static String address(StreamProcess stream) {
    stream.requireAlive();
    Matcher matcher = ADDRESS.matcher(stream.output());
    return matcher.find() ? matcher.group(1) : "";
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (MetricsServer server = MetricsServer.start(0)) {
      assertThat(metrics("http://127.0.0.1:" + server.port() + "/metrics")).isEmpty();
      assertThatThrownBy(() -> MetricsServer.start(server.port()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Cannot serve metrics on port " + server.port())
          .hasMessageContaining("--metricsPort");
    }
  }
}
