package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.StreamRun;
import io.pinpipeline.pipelines.UnboundedRun;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.kafka.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic gets more partitions while it is read. */
@Timeout(180)
class GrowingTopicTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path shared;
  private static KafkaServer kafka;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    kafka = KafkaServer.start(shared.resolve("kafka"));
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  /** The topics of all datasets; the one of users. */
  private static Topic topics(String prefix) throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic(prefix + "." + dataset.name(), 1);
    }
    return new Topic(kafka, prefix + ".user", 1);
  }

  private static String user(int ind) {
    return "{\"ind\":" + ind + ",\"first_name\":\"Maya\"}";
  }

  private Lake lake() {
    return new Lake(Location.ofPath(folder.resolve("lake")));
  }

  private long users() throws IOException {
    try (Storage storage = new LocalStorage()) {
      return CleanTable.open(storage, lake(), Datasets.named("user")).books().clean();
    }
  }

  @Test
  void isReadByAStreamThatBeginsAgain() throws Exception {
    Topic users = topics("streamed").send(0, user(1), user(2));
    try (StreamProcess stream =
        new StreamProcess(
            folder,
            "stream",
            "--bootstrapServers=" + kafka.bootstrapServers(),
            "--topicPrefix=streamed",
            "--lake=" + folder.resolve("lake"),
            "--commitInterval=0.4s")) {
      await().atMost(SOON).until(() -> users() == 2);
      users.growTo(3).send(2, user(3), user(4)).send(0, user(5));
      await().atMost(SOON).until(() -> users() == 5);
      users.growTo(4).send(3, user(6)).send(1, user(7));
      await().atMost(SOON).until(() -> users() == 7);
      assertThat(stream.end()).isEqualTo(128 + 15);
      assertThat(stream.output())
          .contains("to read streamed.user-1, streamed.user-2 too, new since it began")
          .contains("to read streamed.user-3 too, new since it began")
          .containsPattern("user +7 += +7 ")
          .doesNotContain("pinpipeline: ");
    }
  }

  @Test
  void isArchivedByAnArchiveThatBeginsAgain() throws Exception {
    Topic users = topics("archived").send(0, user(1));
    Path partitions = folder.resolve("archive/topics/archived.user");
    try (StreamProcess archive =
        new StreamProcess(
            folder,
            "archive",
            "--bootstrapServers=" + kafka.bootstrapServers(),
            "--topicPrefix=archived",
            "--output=" + folder.resolve("archive"),
            "--rollInterval=0.4s")) {
      Path first = partitions.resolve("partition=0/archived.user+0+0000000000.json");
      await().atMost(SOON).until(() -> Files.exists(first));
      users.growTo(2).send(1, user(2)).send(0, user(3));
      Path grown = partitions.resolve("partition=1/archived.user+1+0000000000.json");
      Path second = partitions.resolve("partition=0/archived.user+0+0000000001.json");
      await().atMost(SOON).until(() -> Files.exists(grown) && Files.exists(second));
      assertThat(archive.end()).isEqualTo(128 + 15);
      assertThat(archive.output())
          .contains("to read archived.user-1 too, new since it began")
          .containsPattern("archived\\.user +3 +")
          .doesNotContain("pinpipeline: ");
    }
    ArchivedTopic.requireWhole(
        kafka.bootstrapServers(), folder.resolve("archive"), "archived.user");
  }

  /** That is what it is asked: to go on to what was there when it began. */
  @Test
  void isNotSaidToBeCaughtUpWith() throws Exception {
    Topic users = topics("caught").send(0, user(1));
    Duration interval = Duration.ofMillis(400);
    StreamDefaults engine = BeamArguments.stream(interval);
    StringWriter said = new StringWriter();
    try (Storage storage = new LocalStorage()) {
      StreamRun run =
          StreamRun.plan(
              storage,
              new StreamRun.Request(
                  users.settings(),
                  "caught",
                  lake(),
                  interval,
                  Duration.ofDays(1),
                  engine,
                  1 << 20,
                  new FileForm(ParquetSettings.Compression.SNAPPY, 1 << 20),
                  true),
              RunId.beginning(Instant.now()));
      UnboundedRun.Meter meter = run.meter(storage);
      assertThat(meter.unread()).isEmpty();
      users.growTo(2).send(1, user(2), user(3));
      await().untilAsserted(() -> assertThat(meter.lag()).containsEntry("user", 3L));
      assertThat(meter.unread().values()).containsExactly("user");

      new StreamJob(
              storage,
              lake(),
              new BeamArguments(List.of("--blockOnRun=false", "--experiments=use_deprecated_read"))
                  .options(engine.options()),
              new PrintWriter(Writer.nullWriter()),
              new PrintWriter(said))
          .run(run, true);

      assertThat(said.toString())
          .contains("caught up with what was there when it began; caught.user-1, new since")
          .contains("start the stream again");
      assertThat(meter.lag()).isEqualTo(Map.of("pin", 0L, "geo", 0L, "user", 2L));
      meter.close();
      assertThat(users()).isEqualTo(1);
    }
  }
}
