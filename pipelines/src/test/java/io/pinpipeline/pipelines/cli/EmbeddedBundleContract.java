package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.pipelines.source.kafka.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the bundle of an engine does with the engine embedded in it. */
public abstract class EmbeddedBundleContract {

  /** So many records are not yet committed as long as there are more to come. */
  private static final long RECORDS_AHEAD = 1000;

  private static final String LATE_USER = "{\"ind\":2000000001,\"first_name\":\"Maya\"}";

  private final String masterOption;
  private final String scheme;
  private final String noCluster;

  @TempDir Path folder;

  /**
   * A bundle.
   *
   * @param masterOption the option that names a cluster's master
   * @param scheme what stands before the host and port of one
   * @param noCluster the first words where none answers
   */
  protected EmbeddedBundleContract(String masterOption, String scheme, String noCluster) {
    this.masterOption = masterOption;
    this.scheme = scheme;
    this.noCluster = noCluster;
  }

  @Test
  void cleansLikeTheDirectRunner() throws IOException {
    Path input = folder.resolve("input");
    Path lake = folder.resolve("lake");
    Expected expected = Outcome.generate(input, new PostGenerator(1, 2000), new LinesLayout());
    String printed =
        Jars.requireGood(
            Jars.run(folder, "embedded", "clean", "--input=" + input, "--lake=" + lake));
    assertThat(printed).isEqualTo(Outcome.books(expected));
    Jars.cleanDirectly(folder, input, folder.resolve("direct"));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("direct")));
  }

  @Test
  void answersAndReportsLikeTheDirectRunner() throws IOException {
    Path input = folder.resolve("input");
    Path lake = folder.resolve("lake");
    Path page = folder.resolve("report.html");
    Outcome.generate(input, new PostGenerator(1, 2000), new LinesLayout());
    Jars.cleanDirectly(folder, input, lake);

    String[] query = {"query", "--lake=" + lake, "--format=json"};
    String answers = Jars.requireGood(Jars.run(folder, "query", query));
    Jars.requireGood(Jars.run(folder, "report", "report", "--lake=" + lake, "--output=" + page));

    assertThat(answers).isEqualTo(Jars.directly(folder, query)).contains("\"country\"");
    assertThat(Files.readString(page)).contains("top_category_by_country").endsWith("</html>\n");
  }

  @Test
  void archivesTopicsThoughItIsKilled() throws Exception {
    Path output = folder.resolve("archive");
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"))) {
      for (Dataset<?> dataset : Datasets.all()) {
        kafka.createTopic("posts." + dataset.name(), 2);
      }
      PostGenerator posts = new PostGenerator(7, 3000, Dirt.usual().withOneBadIn(20));
      try (TopicFeed feed =
          new TopicFeed(kafka.bootstrapServers(), "posts", posts, output, Long.MAX_VALUE)) {
        feed.sendTheRest();
      }
      String[] archive = {
        "archive",
        "--bootstrapServers=" + kafka.bootstrapServers(),
        "--topicPrefix=posts",
        "--output=" + output,
        "--rollInterval=1s",
        "--rollRecords=400"
      };
      Path first = output.resolve("topics/posts.user/partition=0/posts.user+0+0000000000.json");
      try (LocalProcess killed = Jars.run(folder, "killed", archive)) {
        await()
            .atMost(Duration.ofMinutes(2))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> !killed.handle().isAlive() || Files.exists(first));
        assertThat(killed.handle().isAlive()).as("%s", killed.said()).isTrue();
        killed.kill();
      }
      List<String> rest = new ArrayList<>(List.of(archive));
      rest.add("--untilCaughtUp");
      Jars.requireGood(Jars.run(folder, "rest", rest.toArray(String[]::new)));
      ArchivedTopic.requireWhole(
          kafka.bootstrapServers(), output, "posts.pin", "posts.geo", "posts.user");
    }
  }

  @Test
  void endsItsStreamInOrderWhenItIsTerminatedAndGoesOnWhenItIsStartedAgain() throws Exception {
    Path lake = folder.resolve("lake");
    PostGenerator posts = new PostGenerator(7, 2000, Dirt.usual().withOneBadIn(20));
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"))) {
      for (Dataset<?> dataset : Datasets.all()) {
        kafka.createTopic("posts." + dataset.name(), 2);
      }
      try (TopicFeed feed =
              new TopicFeed(kafka.bootstrapServers(), "posts", posts, lake, RECORDS_AHEAD);
          LocalProcess stream = Jars.run(folder, "terminated", stream(kafka, lake))) {
        feed.awaitCommitted(RECORDS_AHEAD);
        assertThat(feed.isSending()).as("in the middle").isTrue();
        new Topic(kafka, "posts.user", 2).growTo(3).send(2, LATE_USER);
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> stream.err().contains("warning: posts.user-2, new since"));
        stream.handle().destroy();
        assertThat(stream.await(Duration.ofSeconds(50)))
            .as("%s", stream.said())
            .isEqualTo(128 + 15);
        assertThat(stream.out()).as("%s", stream.said()).startsWith("books");
        assertThat(stream.err()).contains("ending; what is not written is read again");
        feed.sendTheRest();
      }
      Jars.requireGood(Jars.run(folder, "rest", stream(kafka, lake, "--untilCaughtUp")));
    }
    Path input = folder.resolve("input");
    Outcome.generate(input, posts, new LinesLayout());
    Files.writeString(
        Files.createDirectory(input.resolve("late")).resolve("user.jsonl"), LATE_USER + "\n");
    Jars.cleanDirectly(folder, input, folder.resolve("direct"));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("direct")));
  }

  private static String[] stream(KafkaServer kafka, Path lake, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "stream",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=posts",
                "--lake=" + lake,
                "--commitInterval=1s"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void saysThatThereIsNoCluster() throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, new PostGenerator(1, 1), new LinesLayout());
    String master;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      master = scheme + "127.0.0.1:" + free.getLocalPort();
    }
    String said =
        Jars.requireExit(
            1,
            Jars.run(
                folder,
                "nowhere",
                "clean",
                "--input=" + input,
                "--lake=" + folder.resolve("lake"),
                masterOption + "=" + master));
    assertThat(said)
        .contains(noCluster + " answers at " + master, "refused", masterOption + "=")
        .hasLineCount(1);
    assertThat(folder.resolve("lake/silver/pin/_delta_log")).doesNotExist();
  }
}
