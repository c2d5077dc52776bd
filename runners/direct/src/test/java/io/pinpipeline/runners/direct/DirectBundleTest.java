package io.pinpipeline.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.pipelines.cli.Jars;
import io.pinpipeline.pipelines.cli.Outcome;
import io.pinpipeline.pipelines.cli.TopicFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle as users run it. */
class DirectBundleTest {

  /** So many records are not yet committed as long as there are more to come. */
  private static final long AHEAD = 1000;

  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  @Test
  void cleansLikeTheClassesItIsMadeOf() throws Exception {
    Path input = folder.resolve("input");
    Expected expected = Outcome.generate(input, new PostGenerator(1, 2000), new LinesLayout());
    try (LocalProcess run =
        Jars.run(folder, "run", "clean", "--input=" + input, "--lake=" + folder.resolve("lake"))) {
      assertThat(run.await(Duration.ofMinutes(2))).as("%s", run.said()).isZero();
      assertThat(run.out()).isEqualTo(Outcome.books(expected));
    }
    Outcome.good("clean", "--input=" + input, "--lake=" + folder.resolve("classes"));
    assertThat(Outcome.digests(folder.resolve("lake")))
        .isEqualTo(Outcome.digests(folder.resolve("classes")));
  }

  @Test
  void streamsTheTablesOfABatchThoughItIsKilledAndTerminated() throws Exception {
    Path lake = folder.resolve("lake");
    PostGenerator generator = new PostGenerator(7, 10_000);
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"))) {
      for (Dataset<?> dataset : Datasets.all()) {
        kafka.createTopic("posts." + dataset.name(), 2);
      }
      String[] stream = {
        "stream",
        "--bootstrapServers=" + kafka.bootstrapServers(),
        "--topicPrefix=posts",
        "--lake=" + lake,
        "--commitInterval=1s"
      };
      try (TopicFeed posts =
          new TopicFeed(kafka.bootstrapServers(), "posts", generator, lake, AHEAD)) {
        try (LocalProcess killed = Jars.run(folder, "killed", stream)) {
          posts.awaitCommitted(AHEAD);
          killed.kill();
        }
        long committed = posts.committed();
        try (LocalProcess terminated = Jars.run(folder, "terminated", stream)) {
          posts.awaitCommitted(committed + AHEAD);
          assertThat(posts.isSending()).isTrue();
          terminated.handle().destroy();
          assertThat(terminated.await(Duration.ofSeconds(50))).isEqualTo(TERMINATED);
          assertThat(terminated.out()).startsWith("books");
        }
        posts.sendTheRest();
      }
      try (LocalProcess rest =
          Jars.run(
              folder,
              "rest",
              Stream.concat(Stream.of(stream), Stream.of("--untilCaughtUp"))
                  .toArray(String[]::new))) {
        assertThat(rest.await(Duration.ofMinutes(2))).as("%s", rest.said()).isZero();
      }
    }
    Path input = folder.resolve("input");
    Outcome.generate(input, generator, new LinesLayout());
    Outcome.good("clean", "--input=" + input, "--lake=" + folder.resolve("batch"));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("batch")));
  }
}
