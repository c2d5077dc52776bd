package io.pinpipeline.runners.flink;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.ClusterSettings;
import io.pinpipeline.local.FlinkCluster;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.pipelines.cli.EmbeddedKinesisContract;
import io.pinpipeline.pipelines.cli.Jars;
import io.pinpipeline.pipelines.cli.KinesisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FlinkKinesisTest extends EmbeddedKinesisContract {

  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int PARTS = 6;

  private static final PostGenerator POSTS =
      new PostGenerator(9, 6000, Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20));

  private KinesisServer kinesis;
  private FlinkCluster cluster;
  private int sent;

  /** Sends the next part, and waits until something of it is committed. */
  private void sendMore() throws IOException {
    long before = committed();
    kinesis.send("posts", POSTS, part(sent), part(++sent));
    await().atMost(LONGEST).until(() -> committed() > before);
  }

  private static long part(int number) {
    return POSTS.turns() * number / PARTS;
  }

  @Test
  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void goesOnFromCheckpointsAndSavepointsOnACluster() throws Exception {
    try (KinesisServer server = KinesisServer.start();
        FlinkCluster flink =
            FlinkCluster.start(
                ClusterSettings.of(Jars.CLUSTER, folder.resolve("cluster"))
                    .with(
                        Map.of(
                            "state.checkpoints.dir",
                            folder.resolve("checkpoints").toUri().toString()))
                    .withEnvironment(Map.of("JAVA_TOOL_OPTIONS", KinesisServer.NO_CBOR)))) {
      kinesis = server;
      cluster = flink;
      kinesis.createStreams("posts", 2);
      String job = detached("first");
      sendMore();
      for (LocalProcess taskManager : List.copyOf(cluster.taskManagers())) {
        kinesis.send("posts", POSTS, part(sent), part(++sent));
        taskManager.kill();
        cluster.startTaskManager();
        long before = committed();
        await().atMost(LONGEST).until(() -> committed() > before);
      }
      for (Dataset<?> dataset : Datasets.all()) {
        kinesis.split("posts." + dataset);
      }
      sendMore();

      String savepoint = stop(job);
      kinesis.send("posts", POSTS, part(sent), part(++sent));
      job = detached("second", "-s", savepoint);
      sendMore();
      Jars.requireGood(cluster.flink("cancel", List.of("cancel", "-m", cluster.master(), job)));
      Jars.requireGood(
          Jars.run(
              folder,
              "rest",
              Stream.concat(arguments().stream(), Stream.of("--untilCaughtUp"))
                  .toArray(String[]::new)));
    }
    requireTheTablesOfABatch(POSTS);
  }

  private List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of("stream", "--lake=" + folder.resolve("lake"), "--commitInterval=1s"));
    arguments.addAll(List.of(kinesis.options("posts")));
    return arguments;
  }

  /** Starts a stream by {@code flink run -d}; its job. */
  private String detached(String name, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("run", "-d", "-m", cluster.master(), "-p", "3"));
    all.addAll(List.of(options));
    all.add(Jars.BUNDLE);
    all.addAll(arguments());
    Jars.requireGood(cluster.flink(name, all));
    for (JsonNode job : new ObjectMapper().readTree(cluster.rest("/jobs")).path("jobs")) {
      if (!job.path("status").asText().matches("FINISHED|CANCELED|FAILED")) {
        return job.path("id").asText();
      }
    }
    throw new AssertionError("no job is running");
  }

  private String stop(String job) throws IOException {
    String said =
        Jars.requireGood(
            cluster.flink(
                "stop",
                List.of(
                    "stop",
                    "-m",
                    cluster.master(),
                    "-p",
                    folder.resolve("savepoints").toUri().toString(),
                    job)));
    return said.replaceFirst("(?s).*Path: (\\S+).*", "$1");
  }
}
