package io.pinpipeline.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.ClusterSettings;
import io.pinpipeline.local.FlinkCluster;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.pipelines.cli.Jars;
import io.pinpipeline.pipelines.cli.Outcome;
import io.pinpipeline.pipelines.cli.TopicFeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams on real processes that are killed, while records come in all the time. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class FlinkStreamTest {

  private static final Dirt DIRT = Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20);
  private static final PostGenerator POSTS = new PostGenerator(7, 20_000, DIRT);

  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir Path folder;

  private FlinkCluster cluster;
  private KafkaServer kafka;
  private TopicFeed feed;
  private int commands;

  /** So many records are not yet committed as long as there are more to come. */
  private long ahead = 1000;

  @Test
  void givesTheTablesOfABatchWhateverIsKilled() throws Exception {
    Path lake = folder.resolve("lake");
    kafka = KafkaServer.start(folder.resolve("kafka"));
    createTopics("posts");
    try (FlinkCluster flink =
        FlinkCluster.start(
            ClusterSettings.of(Jars.CLUSTER, folder.resolve("cluster"))
                .with(Map.of("state.checkpoints.dir", uri("checkpoints"))))) {
      cluster = flink;
      try (TopicFeed posts = new TopicFeed(kafka.bootstrapServers(), "posts", POSTS, lake, ahead)) {
        feed = posts;
        String job = detached(List.of(), lake);
        for (int kill = 0; kill < 3; kill++) {
          inTheMiddle();
          busyTaskManager(job).kill();
          cluster.startTaskManager();
        }
        inTheMiddle();
        restartKafka();

        inTheMiddle();
        String savepoint = stop(job);
        job = detached(List.of("-s", savepoint), lake);
        inTheMiddle();
        savepoint = stop(job);
        job = detached(List.of(), lake, "--savepointPath=" + savepoint);

        inTheMiddle();
        cluster.jobManager().kill();
        cluster.restartJobManager();
        detached(List.of("-s", lastCheckpoint(job)), lake);

        inTheMiddle();
        cluster.jobManager().kill();
        cluster.restartJobManager();
        job = detached(List.of(), lake);
        inTheMiddle();
        feed.sendTheRest();
        cancel(job);
        Jars.requireGood(flink("caught-up", List.of("run"), List.of(), lake, "--untilCaughtUp"));
      }
    } finally {
      kafka.close();
    }
    requireTheTablesOfABatch(lake, POSTS);
  }

  /** As above with so many records on the way that all processes have much to do when they end. */
  @Test
  @Timeout(value = 25, unit = TimeUnit.MINUTES)
  void givesTheTablesOfABatchThoughItIsKilledUnderLoad() throws Exception {
    Path lake = folder.resolve("lake");
    PostGenerator many = new PostGenerator(7, 300_000, DIRT);
    ahead = 50_000;
    kafka = KafkaServer.start(folder.resolve("kafka"));
    createTopics("posts");
    try (FlinkCluster flink =
            FlinkCluster.start(
                ClusterSettings.of(Jars.CLUSTER, folder.resolve("cluster"))
                    .with(Map.of("state.checkpoints.dir", uri("checkpoints"))));
        TopicFeed posts = new TopicFeed(kafka.bootstrapServers(), "posts", many, lake, ahead)) {
      cluster = flink;
      feed = posts;
      String job = detached(List.of(), lake);
      for (int kill = 0; kill < 3; kill++) {
        inTheMiddle();
        busyTaskManager(job).kill();
        cluster.startTaskManager();
      }
      inTheMiddle();
      cluster.jobManager().kill();
      cluster.restartJobManager();
      job = detached(List.of("-s", lastCheckpoint(job)), lake);
      inTheMiddle();
      feed.sendTheRest();
      cancel(job);
      Jars.requireGood(flink("caught-up", List.of("run"), List.of(), lake, "--untilCaughtUp"));
    } finally {
      kafka.close();
    }
    requireTheTablesOfABatch(lake, many);
  }

  private void requireTheTablesOfABatch(Path lake, PostGenerator posts) throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, posts, new LinesLayout());
    Jars.cleanDirectly(folder, input, folder.resolve("batch"));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("batch")));
  }

  private LocalProcess embedded(Path lake, String... more) throws IOException {
    return Jars.run(
        folder,
        "embedded-" + ++commands,
        Stream.concat(arguments(lake).stream(), Stream.of(more)).toArray(String[]::new));
  }

  /** The engine is not to blame here; that it says so is what is tested. */
  @Test
  void endsWhenRecordsAreLostAndHealsWhenItIsStartedAgain() throws Exception {
    Path lake = folder.resolve("lake");
    kafka = KafkaServer.start(folder.resolve("kafka"));
    createTopics("posts");
    PostGenerator some = new PostGenerator(7, 200, Dirt.none());
    try (LocalProcess stream = embedded(lake)) {
      try (TopicFeed posts = new TopicFeed(kafka.bootstrapServers(), "posts", some, lake, 800)) {
        feed = posts;
        posts.awaitCommitted(600);
        posts.takeBack("pin");
      }
      PostGenerator others = new PostGenerator(8, 200, Dirt.none());
      try (TopicFeed posts = new TopicFeed(kafka.bootstrapServers(), "posts", others, lake, 800)) {
        posts.sendTheRest();
      }
      assertThat(Jars.requireExit(1, stream))
          .contains("The records before posts.pin", "the engine has lost them", "Start the stream");
      Jars.requireGood(embedded(lake, "--untilCaughtUp"));
      assertThat(feed.committed()).isEqualTo(1200);
    } finally {
      kafka.close();
    }
  }

  private String uri(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private void createTopics(String prefix) throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic(prefix + "." + dataset.name(), 3);
    }
  }

  private void restartKafka() throws IOException {
    int port = kafka.port();
    kafka.close();
    kafka = KafkaServer.start(folder.resolve("kafka"), port);
  }

  /** Waits until the stream has committed something more, and has more to commit. */
  private void inTheMiddle() {
    feed.awaitCommitted(feed.committed() + ahead);
    assertThat(feed.isSending()).isTrue();
  }

  private LocalProcess flink(
      String name, List<String> command, List<String> options, Path lake, String... more)
      throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("-m", cluster.master(), "-p", "3"));
    all.addAll(options);
    all.add(Jars.BUNDLE);
    all.addAll(arguments(lake));
    all.addAll(List.of(more));
    return cluster.flink(name, all);
  }

  private List<String> arguments(Path lake) {
    return List.of(
        "stream",
        "--bootstrapServers=" + kafka.bootstrapServers(),
        "--topicPrefix=posts",
        "--lake=" + lake,
        "--commitInterval=1s");
  }

  /** Starts a stream by {@code flink run -d}; its job. */
  private String detached(List<String> options, Path lake, String... more) throws IOException {
    Jars.requireGood(flink("stream-" + ++commands, List.of("run", "-d"), options, lake, more));
    List<String> running = new ArrayList<>();
    for (JsonNode job : json("/jobs").path("jobs")) {
      if (!job.path("status").asText().matches("FINISHED|CANCELED|FAILED")) {
        running.add(job.path("id").asText());
      }
    }
    assertThat(running).hasSize(1);
    return running.get(0);
  }

  private String stop(String job) throws IOException {
    String said =
        Jars.requireGood(
            cluster.flink(
                "stop-" + ++commands,
                List.of("stop", "-m", cluster.master(), "-p", uri("savepoints"), job)));
    return said.replaceFirst("(?s).*Path: (\\S+).*", "$1");
  }

  private void cancel(String job) throws IOException {
    Jars.requireGood(
        cluster.flink("cancel-" + ++commands, List.of("cancel", "-m", cluster.master(), job)));
    await()
        .atMost(LONGEST)
        .until(() -> json("/jobs/" + job).path("state").asText().equals("CANCELED"));
  }

  private String lastCheckpoint(String job) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("checkpoints").resolve(job), 1)) {
      return all.filter(chk -> Files.exists(chk.resolve("_metadata")))
          .max(Comparator.comparing(chk -> Long.valueOf(chk.getFileName().toString().substring(4))))
          .orElseThrow()
          .toUri()
          .toString();
    }
  }

  /** The TaskManager with the most running tasks. */
  private LocalProcess busyTaskManager(String job) throws IOException {
    Map<String, Integer> running = new HashMap<>();
    for (JsonNode vertex : json("/jobs/" + job).path("vertices")) {
      for (JsonNode taskManager :
          json("/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/taskmanagers")
              .path("taskmanagers")) {
        running.merge(
            taskManager.path("taskmanager-id").asText(),
            taskManager.path("status-counts").path("RUNNING").asInt(),
            Integer::sum);
      }
    }
    return cluster.taskManagers().stream()
        .max(Comparator.comparing(process -> running.getOrDefault(process.name(), 0)))
        .orElseThrow();
  }

  private JsonNode json(String path) throws IOException {
    return new ObjectMapper().readTree(cluster.rest(path));
  }
}
