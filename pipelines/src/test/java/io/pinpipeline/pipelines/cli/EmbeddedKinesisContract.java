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
import io.pinpipeline.local.LocalProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What the bundle of an engine does with streams of Kinesis, with the engine embedded in it. */
@EnabledIfSystemProperty(named = KinesisServer.PROPERTY, matches = ".+")
@Timeout(300)
public abstract class EmbeddedKinesisContract {

  private static final Dirt DIRT = Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir protected Path folder;

  /** How many records are committed. */
  protected final long committed() throws IOException {
    long committed = 0;
    Lake lake = new Lake(Location.ofPath(folder.resolve("lake")));
    try (LocalStorage storage = new LocalStorage()) {
      for (Dataset<?> dataset : Datasets.all()) {
        committed += CleanTable.open(storage, lake, dataset).streamBooks().read();
      }
    }
    return committed;
  }

  @Test
  void losesAndDoublesNothingThoughKilledAndSplit() throws Exception {
    PostGenerator posts = new PostGenerator(7, 2000, DIRT);
    long third = posts.turns() / 3;
    try (KinesisServer kinesis = KinesisServer.start()) {
      kinesis.createStreams("posts", 2);
      String[] stream =
          Stream.concat(
                  Stream.of("stream", "--lake=" + folder.resolve("lake"), "--commitInterval=1s"),
                  Stream.of(kinesis.options("posts")))
              .toArray(String[]::new);
      kinesis.send("posts", posts, 0, third);
      try (LocalProcess killed = Jars.run(folder, "killed", stream)) {
        await().atMost(LONGEST).until(() -> committed() > 0);
        for (Dataset<?> dataset : Datasets.all()) {
          kinesis.split("posts." + dataset);
        }
        kinesis.send("posts", posts, third, 2 * third);
        // each commit that is not of all is one in the middle
        long before = committed();
        await().atMost(LONGEST).until(() -> committed() > before);
        assertThat(killed.handle().isAlive()).as("%s", killed.said()).isTrue();
        killed.kill();
      }
      kinesis.send("posts", posts, 2 * third, posts.turns());
      Jars.requireGood(
          Jars.run(
              folder,
              "rest",
              Stream.concat(Stream.of(stream), Stream.of("--untilCaughtUp"))
                  .toArray(String[]::new)));
    }
    requireTheTablesOfABatch(posts);
  }

  protected final void requireTheTablesOfABatch(PostGenerator posts) throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, posts, new LinesLayout());
    Jars.cleanDirectly(folder, input, folder.resolve("batch"));
    assertThat(Outcome.digests(folder.resolve("lake")))
        .isEqualTo(Outcome.digests(folder.resolve("batch")));
  }
}
