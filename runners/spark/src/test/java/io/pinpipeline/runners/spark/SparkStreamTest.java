package io.pinpipeline.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.ClusterSettings;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.local.SparkCluster;
import io.pinpipeline.pipelines.cli.Jars;
import io.pinpipeline.pipelines.cli.Outcome;
import io.pinpipeline.pipelines.cli.TopicFeed;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams that are killed and ended while records come in all the time. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class SparkStreamTest {

  private static final PostGenerator POSTS =
      new PostGenerator(7, 20_000, Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20));

  /** So many records are not yet committed as long as there are more to come. */
  private static final long AHEAD = 1000;

  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  private KafkaServer kafka;
  private TopicFeed feed;
  private int streams;

  @Test
  void givesTheTablesOfABatchWhateverIsKilled() throws Exception {
    Path lake = folder.resolve("lake");
    kafka = KafkaServer.start(folder.resolve("kafka"));
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic("posts." + dataset.name(), 3);
    }
    try (TopicFeed posts = new TopicFeed(kafka.bootstrapServers(), "posts", POSTS, lake, AHEAD)) {
      feed = posts;
      for (int kill = 0; kill < 2; kill++) {
        try (LocalProcess stream = stream(Jars.BUNDLE, lake)) {
          inTheMiddle(stream);
          stream.kill();
        }
      }

      LocalProcess faulty = stream(Jars.BUNDLE, lake);
      inTheMiddle(faulty);
      Path log = lake.resolve("silver/pin/_delta_log");
      Files.move(log, log.resolveSibling("gone"));
      assertThat(Jars.requireExit(1, faulty)).contains("it has no _delta_log");
      Files.move(log.resolveSibling("gone"), log);

      try (LocalProcess stream = stream(Jars.BUNDLE, lake)) {
        inTheMiddle(stream);
        stream.handle().destroy();
        assertThat(stream.await(LONGEST)).as("%s", stream.said()).isEqualTo(TERMINATED);
        assertThat(stream.out()).startsWith("books");
      }

      try (SparkCluster cluster =
          SparkCluster.start(ClusterSettings.of(Jars.CLUSTER, folder.resolve("cluster")))) {
        String master = "--sparkMaster=" + cluster.master();
        try (LocalProcess stream = stream(Jars.BUNDLE, lake, master)) {
          inTheMiddle(stream);
          cluster.executors().get(0).destroyForcibly();
          long before = feed.committed();
          await()
              .atMost(LONGEST)
              .until(() -> !stream.handle().isAlive() || feed.committed() > before + 2 * AHEAD);
          stream.kill();
        }

        LocalProcess failing = stream(Jars.BUNDLE, lake, master);
        inTheMiddle(failing);
        Path table = lake.resolve("silver/pin");
        Files.move(table, table.resolveSibling("gone"));
        Files.writeString(table, "no folder, so that no task can write its file");
        assertThat(Jars.requireExit(1, failing)).contains(table.toString());
        Files.delete(table);
        Files.move(table.resolveSibling("gone"), table);

        posts.sendTheRest();
        Jars.requireGood(stream(newBuild(), lake, master, "--untilCaughtUp"));
      }
    } finally {
      kafka.close();
    }
    Path input = folder.resolve("input");
    Outcome.generate(input, POSTS, new LinesLayout());
    Jars.cleanDirectly(folder, input, folder.resolve("batch"));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("batch")));
  }

  /** The engine is not to blame here; that it says so is what is tested. */
  @Test
  void endsWhenRecordsAreLostAndHealsWhenItIsStartedAgain() throws Exception {
    Path lake = folder.resolve("lake");
    kafka = KafkaServer.start(folder.resolve("kafka"));
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic("posts." + dataset.name(), 1);
    }
    PostGenerator some = new PostGenerator(7, 200, Dirt.none());
    try (LocalProcess stream = stream(Jars.BUNDLE, lake)) {
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
      Jars.requireGood(stream(Jars.BUNDLE, lake, "--untilCaughtUp"));
      assertThat(feed.committed()).isEqualTo(1200);
    } finally {
      kafka.close();
    }
  }

  private LocalProcess stream(String jar, Path lake, String... more) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "stream",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=posts",
                "--lake=" + lake,
                "--commitInterval=1s"));
    all.addAll(List.of(more));
    return Jars.java(folder, "stream-" + ++streams, jar, all.toArray(String[]::new));
  }

  /** The bundle as another file with other bytes, as a new build of it is. */
  private String newBuild() throws IOException {
    Path jar = Files.copy(Path.of(Jars.BUNDLE), folder.resolve("rebuilt.jar"));
    try (FileSystem entries = FileSystems.newFileSystem(jar)) {
      Files.writeString(entries.getPath("META-INF/build"), "new");
    }
    return jar.toString();
  }

  /** Waits until the stream has committed something more, and has more to commit. */
  private void inTheMiddle(LocalProcess stream) throws IOException {
    long before = feed.committed();
    await()
        .atMost(LONGEST)
        .until(() -> !stream.handle().isAlive() || feed.committed() >= before + AHEAD);
    assertThat(stream.handle().isAlive()).as("%s", stream.said()).isTrue();
    assertThat(feed.isSending()).isTrue();
  }
}
