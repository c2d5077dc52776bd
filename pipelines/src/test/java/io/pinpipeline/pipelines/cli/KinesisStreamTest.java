package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream out of Kinesis. It needs {@code -Dpinpipeline.kinesalite=PROGRAM}; {@code
 * .ci/kinesalite} fetches one.
 */
@EnabledIfSystemProperty(named = KinesisServer.PROPERTY, matches = ".+")
@Timeout(180)
class KinesisStreamTest {

  private static final Dirt DIRT =
      Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20).withOneOversizedIn(400, 20_000);
  private static final String OVERSIZE = "--maxRecordBytes=10000";

  private static KinesisServer kinesis;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    kinesis = KinesisServer.start();
  }

  @AfterAll
  static void stop() {
    kinesis.close();
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private String[] options(String prefix) {
    return Stream.concat(
            Stream.of(kinesis.options(prefix)),
            Stream.of("--lake=" + lake(), "--commitInterval=0.5s", OVERSIZE))
        .toArray(String[]::new);
  }

  private Outcome stream(String prefix) {
    return Outcome.good(
        Stream.concat(Stream.of("stream", "--untilCaughtUp"), Stream.of(options(prefix)))
            .toArray(String[]::new));
  }

  private Expected send(String prefix, PostGenerator posts) throws IOException {
    Outcome.generate(folder.resolve("input/" + System.nanoTime()), posts, new LinesLayout());
    return kinesis.send(prefix, posts);
  }

  private void requireTablesOfABatch() {
    Outcome.good(
        "clean",
        "--input=" + folder.resolve("input"),
        "--lake=" + folder.resolve("quiet"),
        OVERSIZE);
    assertThat(Outcome.digests(lake())).isEqualTo(Outcome.digests(folder.resolve("quiet")));
  }

  @Test
  void givesTheTablesThatABatchGives() throws IOException {
    kinesis.createStreams("posts", 2);
    Expected expected = send("posts", new PostGenerator(3, 2000, DIRT));

    assertThat(stream("posts").out()).isEqualTo(Outcome.books(expected));
    requireTablesOfABatch();

    assertThat(stream("posts").out()).as("once more").doesNotContain("MALFORMED_JSON");
    requireTablesOfABatch();
  }
}
