package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
  void losesAndDoublesNothingThoughKilledAndSplit() throws Exception {
    kinesis.createStreams("killed", 2);
    for (int life = 0; life < 3; life++) {
      PostGenerator posts = new PostGenerator(10 + life, 300, DIRT);
      Outcome.generate(folder.resolve("input/" + life), posts, new LinesLayout());
      long half = posts.turns() / 2;
      kinesis.send("killed", posts, 0, half);
      try (StreamProcess stream = new StreamProcess(folder, "stream", options("killed"))) {
        long before = committed();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> {
                  stream.requireAlive();
                  return committed() > before;
                });
        for (Dataset<?> dataset : Datasets.all()) {
          // a copy of a post may go to another shard than the post
          if (life == 1) {
            kinesis.merge("killed." + dataset);
          } else {
            kinesis.split("killed." + dataset);
          }
        }
        kinesis.send("killed", posts, half, posts.turns());
        long more = committed();
        if (life > 0) {
          await().atMost(Duration.ofSeconds(60)).until(() -> committed() > more);
        }
        stream.kill();
      }
    }
    stream("killed");
    requireTablesOfABatch();
  }

  @Test
  void readsEveryRecordWhateverItIs() throws IOException {
    kinesis.createStreams("odd", 1);
    byte[] user = "{\"ind\":1,\"first_name\":\"Maya\"}".getBytes(UTF_8);
    kinesis.put("odd.user", "1", user);
    kinesis.put("odd.user", "1", new byte[0]);
    kinesis.put("odd.user", "1", new byte[] {(byte) 0xff, 0, '\n', '{'});
    kinesis.put("odd.user", "1", new byte[200_000]);
    kinesis.put(
        "odd.user",
        "1",
        AggregatedRecord.of(
            "{\"ind\":2,\"first_name\":\"Ada\"}".getBytes(UTF_8),
            new byte[20_000],
            new byte[0],
            "{\"ind\":3,\"first_name\":\"Eve\"}".getBytes(UTF_8)));
    kinesis.put("odd.user", "1", user);

    assertThat(stream("odd").out().lines())
        .anySatisfy(line -> assertThat(line.replaceAll(" +", " ")).isEqualTo("user 9 = 3 + 1 + 5"))
        .contains("  user MALFORMED_JSON 3", "  user TOO_LARGE 2");

    assertThat(Outcome.good("trace", "--lake=" + lake(), "--ind=3").out())
        .containsPattern(
            "from stream odd\\.user shard shardId-000000000000,"
                + " value [0-9] behind [0-9]+ of record [0-9]{56}");
  }

  @Test
  void refusesStreamsThatAreNotThere() {
    assertThat(
            Outcome.of(
                    Stream.concat(Stream.of("stream"), Stream.of(options("none")))
                        .toArray(String[]::new))
                .err())
        .contains("There is no stream none.pin, none.geo, none.user in Kinesis in us-east-1");
    assertThat(lake()).doesNotExist();
  }

  @Test
  void refusesAStreamThatWasMadeAnew() throws Exception {
    kinesis.createStreams("anew", 1);
    kinesis.put("anew.user", "1", "{\"ind\":1}".getBytes(UTF_8));
    stream("anew");
    for (Dataset<?> dataset : Datasets.all()) {
      kinesis.client().deleteStream(request -> request.streamName("anew." + dataset));
    }
    await()
        .until(
            () -> kinesis.client().listStreams().streamNames(),
            names -> names.stream().noneMatch(name -> name.startsWith("anew")));
    kinesis.createStreams("anew", 1);
    Outcome outcome =
        Outcome.of(
            Stream.concat(Stream.of("stream", "--untilCaughtUp"), Stream.of(options("anew")))
                .toArray(String[]::new));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("The stream anew.user is not the one that the tables hold records of");
  }
}
