package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of an archive that is killed, again and again, while records come in. */
@Timeout(300)
class KilledArchiveTest {

  private static final Dirt DIRT = Dirt.usual().withRepeated(0.3, 0.05).withOneBadIn(20);

  @TempDir Path folder;
  private final Random random = new Random(7);
  private KafkaServer broker;
  private int sent;

  private Path output() {
    return folder.resolve("archive");
  }

  /** Sends posts, and writes the same to the input of a batch run. */
  private void send(int posts) throws IOException {
    PostGenerator generator = new PostGenerator(100 + sent, posts, DIRT);
    TopicPosts.send(new KafkaSettings(broker.bootstrapServers(), Map.of()), "posts", generator);
    Outcome.generate(folder.resolve("input").resolve("" + sent), generator, new LinesLayout());
    sent++;
  }

  /** Other options in each life: the log says how an earlier one has cut. */
  private String[] options(int life) {
    return new String[] {
      "--bootstrapServers=" + broker.bootstrapServers(),
      "--topicPrefix=posts",
      "--output=" + output(),
      "--rollInterval=0.4s",
      "--rollRecords=" + (37 + 10 * life)
    };
  }

  /** Files in the archive, its log and what is half-written included. */
  private long files() {
    try (Stream<Path> files = Files.walk(output())) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException | UncheckedIOException e) {
      return 0; // it is not there yet, or a file was renamed meanwhile
    }
  }

  @Test
  void losesAndDoublesNothing() throws Exception {
    Path brokerFolder = folder.resolve("kafka");
    broker = KafkaServer.start(brokerFolder);
    try {
      for (Dataset<?> dataset : Datasets.all()) {
        broker.createTopic("posts." + dataset.name(), 2);
      }
      for (int life = 0; life < 4; life++) {
        send(200);
        try (StreamProcess archive = new StreamProcess(folder, "archive", options(life))) {
          long before = files();
          // the moments are told by the files in the archive, half-written ones too
          long stage = before + 1 + random.nextInt(24);
          await()
              .atMost(Duration.ofSeconds(60))
              .pollInterval(Duration.ofMillis(2))
              .until(
                  () -> {
                    archive.requireAlive();
                    return files() >= stage;
                  });
          send(50);
          archive.kill();
        }
      }

      // two at a time, which cut differently
      try (StreamProcess archive = new StreamProcess(folder, "archive", options(4));
          StreamProcess other = new StreamProcess(folder, "archive", options(5))) {
        awaitMore(files());
        int port = broker.port();
        broker.close();
        broker = KafkaServer.start(brokerFolder, port);
        long restarted = files();
        send(200);
        awaitMore(restarted);
        send(200);
        assertThat(archive.end()).isEqualTo(128 + 15);
        assertThat(archive.output()).contains("archived").doesNotContain("pinpipeline: ");
        assertThat(other.end()).isEqualTo(128 + 15);
        assertThat(other.output()).contains("archived").doesNotContain("pinpipeline: ");
      }

      Outcome.good(
          Stream.concat(Stream.of("archive", "--untilCaughtUp"), Stream.of(options(6)))
              .toArray(String[]::new));
      ArchivedTopic.requireWhole(
          broker.bootstrapServers(), output(), "posts.pin", "posts.geo", "posts.user");
      Outcome.good(
          "clean", "--input=" + folder.resolve("input"), "--lake=" + folder.resolve("quiet"));
      Outcome.good("clean", "--input=" + output(), "--lake=" + folder.resolve("lake"));
      assertThat(Outcome.digests(folder.resolve("lake")))
          .isEqualTo(Outcome.digests(folder.resolve("quiet")));
    } finally {
      broker.close();
    }
  }

  private void awaitMore(long before) {
    await().atMost(Duration.ofSeconds(60)).until(() -> files() > before);
  }
}
