package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.RunReport;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TraceCommandTest {

  @TempDir Path folder;
  private Path lake;
  private Path users;
  private Path pins;

  @BeforeEach
  void clean() throws IOException {
    lake = folder.resolve("lake");
    users = folder.resolve("user.jsonl");
    pins = folder.resolve("pin.jsonl");
    Files.writeString(
        users,
        """
        {"ind":1,"first_name":"Ann"}
        {"ind":2,"first_name":"Bea"}
        {"ind":2,"first_name":"Zoe"}
        {"ind":3,"age":"old"}
        {"ind":22,
        """);
    Files.writeString(pins, "{\"index\":2,\"title\":\"a\"}\n{\"index\":2,\"title\":\"b\"}\n");
    Outcome.good("clean", "--input=" + users + "," + pins, "--lake=" + lake);
  }

  private String trace(int ind, String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "trace";
    all[1] = "--lake=" + lake;
    all[2] = "--ind=" + ind;
    System.arraycopy(options, 0, all, 3, options.length);
    return Outcome.good(all).out();
  }

  private CleanTable table(String dataset) throws IOException {
    try (Storage storage = new LocalStorage()) {
      return CleanTable.open(storage, new Lake(Location.ofPath(lake)), Datasets.named(dataset));
    }
  }

  @Test
  void tellsWhereRowsOfObjectsCameFrom() throws Exception {
    RunReport run = table("user").lastRun().orElseThrow();
    assertThat(trace(2, "--dataset=user").lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("user 2"),
            line -> assertThat(line).isEqualTo("  from " + Location.ofPath(users) + " at byte 29"),
            line -> assertThat(line).isEqualTo("  by run " + run.run()),
            line -> assertThat(line).matches("  committed 20\\S+Z as version 0"),
            line -> assertThat(line).matches("  in part-" + run.run() + "-.*parquet"),
            line -> assertThat(line).isEqualTo("dead letter of user 2"),
            line -> assertThat(line).startsWith("  CONFLICTING_DUPLICATE: "),
            line -> assertThat(line).isEqualTo("  from " + Location.ofPath(users) + " at byte 58"),
            line -> assertThat(line).matches("  rejected 20\\S+Z by " + run.run()));
  }

  @Test
  void tellsOfAllDatasets() {
    assertThat(trace(2).lines().filter(line -> !line.startsWith(" ")))
        .containsExactlyInAnyOrder(
            "pin 2", "user 2", "dead letter of pin 2", "dead letter of user 2");
    assertThat(trace(1).lines().filter(line -> !line.startsWith(" "))).containsExactly("user 1");
  }

  @Test
  void readsOnlyFilesThatMayHoldThePost() throws IOException {
    assertThat(table("user").snapshot().orElseThrow().files())
        .isNotEmpty()
        .allMatch(file -> file.mayHold("ind", 2))
        .noneMatch(file -> file.mayHold("ind", 3));
  }

  @Test
  void tellsOfAPostThatHasDeadLettersOnly() {
    assertThat(trace(3)).startsWith("dead letter of user 3").contains("BAD_TYPE");
  }

  @Test
  void saysThatThereIsNothing() {
    // a record that is no JSON says of no post
    for (int ind : new int[] {22, -2, 0}) {
      assertThat(trace(ind))
          .isEqualToIgnoringNewLines(
              "There is neither a row nor a dead letter of "
                  + ind
                  + " in "
                  + Location.ofPath(lake)
                  + ".\n");
    }
    assertThat(trace(1, "--dataset=geo")).contains("neither a row nor a dead letter of geo 1 in");
    Outcome none = Outcome.of("trace", "--lake=" + folder.resolve("none"), "--ind=1");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("There are no tables in");
  }

  @Test
  void tellsWhereRowsOfTopicsCameFrom() throws Exception {
    try (KafkaServer broker = KafkaServer.start(folder.resolve("kafka"))) {
      for (Dataset<?> dataset : Datasets.all()) {
        broker.createTopic("posts." + dataset.name(), 2);
      }
      new Topic(broker, "posts.user", 2)
          .send(1, "{", "{\"ind\":7,\"age\":30}", "{\"ind\":1,\"age\":30}");
      Outcome.good(
          "stream",
          "--bootstrapServers=" + broker.bootstrapServers(),
          "--topicPrefix=posts",
          "--lake=" + lake,
          "--commitInterval=0.2s",
          "--untilCaughtUp");
    }
    String stream = table("user").streamId().orElseThrow().value();
    long version = table("user").snapshot().orElseThrow().version();
    assertThat(trace(7))
        .contains(
            "user 7",
            "  from topic posts.user partition 1 at offset 1",
            "  by stream " + stream,
            " as version " + version,
            "  in part-" + stream);
    assertThat(trace(1))
        .contains("  by run ", " as version 0", "dead letter of user 1")
        .contains("CONFLICTING_DUPLICATE")
        .contains("  from topic posts.user partition 1 at offset 2");
  }
}
