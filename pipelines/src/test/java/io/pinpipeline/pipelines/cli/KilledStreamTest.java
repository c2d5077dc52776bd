package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a stream that is killed, again and again, while records come in. */
@Timeout(300)
class KilledStreamTest {

  private static final Dirt DIRT = Dirt.usual().withRepeated(0.3, 0.05).withOneBadIn(20);

  @TempDir Path folder;
  private final Random random = new Random(7);
  private KafkaServer broker;
  private int sent;

  private Path lake() {
    return folder.resolve("lake");
  }

  /** Sends posts, and writes the same to the input of a batch run. */
  private void send(int posts) throws IOException {
    PostGenerator generator = new PostGenerator(100 + sent, posts, DIRT);
    TopicPosts.send(new KafkaSettings(broker.bootstrapServers(), Map.of()), "posts", generator);
    Outcome.generate(folder.resolve("input").resolve("" + sent), generator, new LinesLayout());
    sent++;
  }

  private String[] options() {
    return new String[] {
      "--bootstrapServers=" + broker.bootstrapServers(),
      "--topicPrefix=posts",
      "--lake=" + lake(),
      "--commitInterval=0.4s"
    };
  }

  private long files() {
    try (Stream<Path> files = Files.walk(lake())) {
      return files.filter(Files::isRegularFile).count();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | UncheckedIOException e) {
      return 0; // one was renamed meanwhile
    }
  }

  /** The records that are committed. */
  private long committed() throws IOException {
    long read = 0;
    try (Storage storage = new LocalStorage()) {
      for (Dataset<?> dataset : Datasets.all()) {
        read += CleanTable.open(storage, new Lake(Location.ofPath(lake())), dataset).books().read();
      }
    }
    return read;
  }

  @Test
  void losesAndDoublesNothing() throws Exception {
    Path brokerFolder = folder.resolve("kafka");
    broker = KafkaServer.start(brokerFolder);
    try {
      for (Dataset<?> dataset : Datasets.all()) {
        broker.createTopic("posts." + dataset.name(), 2);
      }
      int betweenCommits = 0;
      for (int life = 0; life < 5; life++) {
        send(200);
        try (StreamProcess stream = new StreamProcess(folder, "stream", options())) {
          long before = files();
          // the moments are told by the files in the lake, half-written ones too
          long stage = before + 1 + random.nextInt(24);
          await()
              .atMost(Duration.ofSeconds(60))
              .pollInterval(Duration.ofMillis(2))
              .until(
                  () -> {
                    stream.requireAlive();
                    return files() >= stage;
                  });
          send(50);
          stream.kill();
        }
        if (committed() > 0) {
          betweenCommits++;
        }
      }
      assertThat(betweenCommits).isPositive();

      try (StreamProcess stream = new StreamProcess(folder, "stream", options())) {
        long before = committed();
        await().atMost(Duration.ofSeconds(60)).until(() -> committed() > before);
        int port = broker.port();
        broker.close();
        broker = KafkaServer.start(brokerFolder, port);
        long restarted = committed();
        send(200);
        await().atMost(Duration.ofSeconds(60)).until(() -> committed() >= restarted + 600);
        send(200);
        assertThat(stream.end()).isEqualTo(128 + 15);
        assertThat(stream.output()).contains("books").doesNotContain("pinpipeline: ");
      }

      Outcome.good(
          Stream.concat(Stream.of("stream", "--untilCaughtUp"), Stream.of(options()))
              .toArray(String[]::new));
      Outcome.good(
          "clean", "--input=" + folder.resolve("input"), "--lake=" + folder.resolve("quiet"));
      assertThat(Outcome.digests(lake())).isEqualTo(Outcome.digests(folder.resolve("quiet")));
    } finally {
      broker.close();
    }
  }
}
