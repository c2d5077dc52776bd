package io.pinpipeline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.cli.Outcome;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.kafka.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StreamRunTest {

  @TempDir static Path brokerFolder;
  private static KafkaServer broker;

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();

  @BeforeAll
  static void start() throws IOException {
    broker = KafkaServer.start(brokerFolder);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  /** The topics of all datasets; the one of users. */
  private static Topic topics(String prefix) throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      new Topic(broker, prefix + "." + dataset.name(), 1);
    }
    return users(prefix);
  }

  private static Topic users(String prefix) throws IOException {
    return new Topic(broker, prefix + ".user", 1);
  }

  private static String user(int ind) {
    return "{\"ind\":" + ind + ",\"first_name\":\"Maya\"}";
  }

  private Lake lake() {
    return new Lake(Location.ofPath(folder.resolve("lake")));
  }

  private StreamRun plan(String prefix) throws IOException {
    return StreamRun.plan(
        storage,
        new StreamRun.Request(
            new Topic(broker, "any", 1).settings(),
            prefix,
            lake(),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            new StreamDefaults(Map.of(), Duration.ZERO, StreamDefaults.GATHER_BYTES, true),
            1 << 20,
            new FileForm(
                ParquetSettings.Compression.SNAPPY, RollingDataFileWriter.DEFAULT_TARGET_BYTES),
            false),
        RunId.beginning(Instant.now()));
  }

  private void stream(String prefix) {
    Outcome.good(
        "stream",
        "--bootstrapServers=" + broker.bootstrapServers(),
        "--topicPrefix=" + prefix,
        "--lake=" + folder.resolve("lake"),
        "--commitInterval=0.2s",
        "--untilCaughtUp");
  }

  private static TopicPartition partition(String topic) {
    return new TopicPartition(topic, 0);
  }

  @Test
  void namesTopicsThatAreMissing() throws Exception {
    new Topic(broker, "half.geo", 1);
    assertThatThrownBy(() -> plan("half"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no topic half.pin, half.user at 127.0.0.1:")
        .hasMessageContaining("--topicPrefix");
    assertThat(folder.resolve("lake")).doesNotExist();
  }

  @Test
  void beginsWhereTheTopicsAndTheTablesAre() throws Exception {
    topics("plain").send(0, user(1), user(2), user(3)).deleteBefore(0, 1);
    StreamRun first = plan("plain");
    assertThat(first.begin())
        .isEqualTo(
            Map.of(
                partition("plain.pin"),
                0L,
                partition("plain.geo"),
                0L,
                partition("plain.user"),
                1L));
    assertThat(((KafkaInput) first.input()).latest()).containsEntry(partition("plain.user"), 3L);
    assertThat(first.lag(storage)).isEqualTo(2);

    stream("plain");
    assertThat(first.lag(storage)).isZero();
    users("plain").send(0, user(4));
    StreamRun second = plan("plain");
    assertThat(second.begin()).containsEntry(partition("plain.user"), 3L);
    assertThat(second.lag(storage)).isEqualTo(1);
    assertThat(second.launch()).isNotEqualTo(first.launch());
  }

  @Test
  void takesTopicsOfTwoNamesIntoOneLake() throws Exception {
    topics("one").send(0, user(1), user(2));
    topics("other").send(0, user(2), user(3));
    stream("one");
    StreamRun other = plan("other");
    assertThat(other.begin())
        .containsOnlyKeys(partition("other.pin"), partition("other.geo"), partition("other.user"));
    assertThat(other.lag(storage)).isEqualTo(2);
    stream("other");

    CleanTable table = CleanTable.open(storage, lake(), Datasets.named("user"));
    assertThat(table.books().clean()).isEqualTo(3);
    assertThat(table.books().duplicates()).isEqualTo(1);
    assertThat(table.covered().keySet())
        .containsExactly(partition("one.user"), partition("other.user"));
    assertThat(plan("one").lag(storage)).isZero();
    assertThat(plan("other").lag(storage)).isZero();
  }

  @Test
  void comesToAnEndWhereTheLastOffsetsHoldNoRecord() throws Exception {
    topics("marked").transaction(0, true, user(1));
    users("marked").transaction(0, false, user(2));
    assertThat(plan("marked").lag(storage)).isEqualTo(4);
    stream("marked");
    assertThat(plan("marked").lag(storage)).isZero();
    assertThat(CleanTable.open(storage, lake(), Datasets.named("user")).books().read())
        .isEqualTo(1);
  }

  @Test
  void refusesATopicThatWasMadeAnew() throws Exception {
    Topic topic = topics("anew").send(0, user(1), user(2));
    stream("anew");
    topic.delete();
    // the name is free once the topic is gone; its offsets outgrow those of before
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(users("anew").send(0, user(1), user(2), user(3)).latest(0))
                    .isEqualTo(3));
    assertThatThrownBy(() -> plan("anew"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The topic anew.user is not the one that the tables hold records of")
        .hasMessageContaining("Use another lake");
  }

  @Test
  void refusesToSkipWhatWasDeletedBeforeItWasRead() throws Exception {
    Topic topic = topics("expired").send(0, user(1), user(2));
    stream("expired");
    topic.send(0, user(3), user(4), user(5)).deleteBefore(0, 2);
    assertThat(plan("expired").lag(storage)).as("read what was deleted").isEqualTo(3);
    topic.deleteBefore(0, 4);
    assertThatThrownBy(() -> plan("expired"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Kafka has deleted records of expired.user-0 that were never read")
        .hasMessageContaining("the tables end at offset 2, and the topic begins at 4")
        .hasMessageContaining("--fullRefresh");
  }
}
