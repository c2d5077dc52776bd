package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ArchiveCommandTest {

  private static final int MAX_RECORD_BYTES = 10_000;
  private static final Dirt DIRT =
      Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20).withOneOversizedIn(400, 20_000);

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

  private static void createTopics(String prefix, int partitions) throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      kafka.createTopic(prefix + "." + dataset.name(), partitions);
    }
  }

  private static String[] topics(String prefix) {
    return Datasets.all().stream()
        .map(dataset -> prefix + "." + dataset.name())
        .toArray(String[]::new);
  }

  private Path output() {
    return folder.resolve("archive");
  }

  private String[] arguments(String prefix, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "archive",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=" + prefix,
                "--output=" + output(),
                "--untilCaughtUp"));
    if (Stream.of(more).noneMatch(option -> option.startsWith("--rollInterval"))) {
      all.add("--rollInterval=1s");
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Outcome archive(String prefix, String... more) {
    return Outcome.good(arguments(prefix, more));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // closing the producer awaits them all
  private static void send(String topic, List<byte[]> values) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new KafkaSettings(kafka.bootstrapServers(), Map.of()).producer(Map.of()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      values.forEach(value -> producer.send(new ProducerRecord<>(topic, 0, null, value)));
    }
  }

  /** All files below the archive, its log too, with when they were last written. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(output())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            output().relativize(file).toString(),
            Files.getLastModifiedTime(file) + " " + Files.readString(file, ISO_8859_1));
      }
    }
    return files;
  }

  private List<String> objects(String topic) throws IOException {
    try (Stream<Path> all = Files.list(output().resolve("topics/" + topic + "/partition=0"))) {
      return all.filter(Files::isRegularFile)
          .sorted()
          .map(
              file -> {
                try {
                  return file.getFileName() + " " + Files.readString(file, ISO_8859_1);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @Test
  void writesObjectsAsAnS3SinkDoes() throws IOException {
    createTopics("plain", 2);
    Topic users = new Topic(kafka, "plain.user", 2);
    users.send(0, "{\"ind\": 1}", "{\"ind\":2}", "nonsense \u00e9", "{}", "5");
    users.send(1, "other");

    Outcome first = archive("plain", "--rollRecords=2", "--rollInterval=1h");

    assertThat(objects("plain.user"))
        .containsExactly(
            "plain.user+0+0000000000.json {\"ind\": 1}\n{\"ind\":2}\n",
            "plain.user+0+0000000002.json nonsense \u00c3\u00a9\n{}\n",
            "plain.user+0+0000000004.json 5\n");
    assertThat(output().resolve("topics/plain.user/partition=1/plain.user+1+0000000000.json"))
        .hasContent("other\n");
    assertThat(first.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "archived records bytes objects",
            "plain.pin 0 0 0",
            "plain.geo 0 0 0",
            "plain.user 6 44 4");

    Map<String, String> before = files();
    assertThat(archive("plain", "--rollRecords=3").out()).contains("plain.user        0");
    assertThat(files()).as("run once more").isEqualTo(before);

    users.send(0, "6", "7");
    archive("plain", "--gzip");
    assertThat(files()).containsAllEntriesOf(before);
    assertThat(objects("plain.user")).hasSize(4);
    assertThat(ArchivedTopic.requireWhole(kafka.bootstrapServers(), output(), topics("plain")))
        .isEqualTo(5);
  }

  @Test
  void endsObjectsByTheirSize() throws IOException {
    createTopics("sized", 1);
    String value = "x".repeat(511);
    new Topic(kafka, "sized.user", 1).send(0, value, value, value, value, "y".repeat(5000), value);

    archive("sized", "--rollBytes=1024");

    assertThat(objects("sized.user").stream().map(object -> object.substring(0, 25)))
        .containsExactly(
            "sized.user+0+0000000000.j",
            "sized.user+0+0000000002.j",
            "sized.user+0+0000000004.j",
            "sized.user+0+0000000005.j");
    ArchivedTopic.requireWhole(kafka.bootstrapServers(), output(), topics("sized"));
  }

  /** What is in it, and what is not: the log of a partition tells. */
  @Test
  void goesOverOffsetsWithoutRecords() throws IOException {
    createTopics("gaps", 1);
    Topic users = new Topic(kafka, "gaps.user", 1);
    users.transaction(0, false, "no"); // 0, and its marker
    users.transaction(0, true, "a", "b"); // 2, 3 and a marker
    users.send(0, "c");
    users.transaction(0, false, "no", "neither"); // 6, 7 and a marker, at the end

    archive("gaps", "--rollRecords=2");

    assertThat(objects("gaps.user"))
        .containsExactly("gaps.user+0+0000000002.json a\nb\n", "gaps.user+0+0000000005.json c\n");
    Map<String, String> before = files();
    archive("gaps");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void givesTheTablesThatAStreamGives() throws IOException {
    createTopics("posts", 3);
    TopicPosts.send(
        new KafkaSettings(kafka.bootstrapServers(), Map.of()),
        "posts",
        new PostGenerator(3, 2000, DIRT));
    send("posts.user", hostile());

    archive("posts", "--rollRecords=700", "--gzip");
    archive("posts");
    ArchivedTopic.requireWhole(kafka.bootstrapServers(), output(), topics("posts"));
    String limit = "--maxRecordBytes=" + MAX_RECORD_BYTES;
    String cleaned =
        Outcome.good("clean", "--input=" + output(), "--lake=" + folder.resolve("cleaned"), limit)
            .out();
    String streamed =
        Outcome.good(
                "stream",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=posts",
                "--lake=" + folder.resolve("streamed"),
                "--commitInterval=1s",
                "--untilCaughtUp",
                limit)
            .out();

    assertThat(cleaned).isEqualTo(streamed);
    assertThat(Outcome.digests(folder.resolve("cleaned")))
        .isEqualTo(Outcome.digests(folder.resolve("streamed")));
  }

  /** Values that do not all stand on one line of their own. */
  private static List<byte[]> hostile() {
    List<byte[]> values = new ArrayList<>();
    String user = "{\"ind\":2000000001,\"first_name\":\"Maya\"}";
    String conflict = "{\"ind\":2000000001,\"first_name\":\"Noor\"}";
    String mark = "\ufeff";
    for (String value :
        List.of(
            mark + "{\"ind\":2000000007}",
            "\n" + user + "\n\n",
            conflict,
            "{\n  \"ind\": 2000000002\n}",
            user + "\n" + conflict,
            "",
            " \t\r",
            "\n",
            "\n \n",
            " \n ",
            "\n{\n}\n",
            "\n" + mark + "{\"ind\":2000000003}",
            mark,
            user + "\r",
            "\u0000",
            "17 3",
            "17 3\nabc",
            "x".repeat(MAX_RECORD_BYTES),
            "x".repeat(MAX_RECORD_BYTES) + "\n",
            "\n" + "x".repeat(MAX_RECORD_BYTES + 1),
            "x".repeat(MAX_RECORD_BYTES) + "\ny",
            "\n\n" + "x\n".repeat(100_000) + "\n",
            "x\n".repeat(MAX_RECORD_BYTES / 2) + "\n",
            " ".repeat(MAX_RECORD_BYTES + 1))) {
      values.add(value.getBytes(UTF_8));
    }
    values.add(null);
    values.add(new byte[] {(byte) 0xff, 0, '\n', '{'});
    values.add(new byte[] {'{', '"', (byte) 0xc3, '"', '}'});
    byte[] large = new byte[900_000];
    Arrays.fill(large, (byte) '\n');
    values.add(large);
    values.add(conflict.getBytes(UTF_8));
    return values;
  }

  @Test
  void endsWhereRecordsWereDeletedThatItDoesNotHave() throws Exception {
    createTopics("deleted", 1);
    Topic users = new Topic(kafka, "deleted.user", 1);
    users.send(0, "a", "b", "c").deleteBefore(0, 1);
    archive("deleted");
    assertThat(objects("deleted.user")).containsExactly("deleted.user+0+0000000001.json b\nc\n");
    users.send(0, "d", "e").deleteBefore(0, 4);

    Outcome outcome = Outcome.of(arguments("deleted"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err().strip())
        .hasLineCount(1)
        .contains(
            "Kafka has deleted records of deleted.user-0 that were never archived",
            "ends at offset 3, and the topic begins at 4",
            "another --output");
  }

  @Test
  void refusesATopicThatWasMadeAnew() throws Exception {
    createTopics("anew", 1);
    Topic users = new Topic(kafka, "anew.user", 1);
    users.send(0, "a", "b");
    archive("anew");
    Map<String, String> before = files();
    users.delete();
    // the name is free once the topic is gone; its offsets outgrow those of before
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(new Topic(kafka, "anew.user", 1).send(0, "x", "y", "z").latest(0))
                    .isEqualTo(3));

    Outcome outcome = Outcome.of(arguments("anew"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err().strip())
        .hasLineCount(1)
        .contains("The topic anew.user is not the one that", "made anew", "another --output");
    assertThat(files()).isEqualTo(before);
  }

  /** As an archive was before its log knew the topic's id. */
  @Test
  void goesOnWithAnOldArchiveAndTakesTheTopicsIdOn() throws Exception {
    createTopics("old", 1);
    Topic users = new Topic(kafka, "old.user", 1);
    users.send(0, "a");
    archive("old");
    Path log = output().resolve("topics/old.user/partition=0/_log");
    assertThat(Files.readString(log.resolve("begin.json")))
        .matches("\\{\"from\":0,\"topicId\":\"[\\w-]{22}\"}");
    Files.writeString(log.resolve("begin.json"), "{\"from\":0}");

    users.send(0, "b");
    archive("old");
    assertThat(objects("old.user"))
        .containsExactly("old.user+0+0000000000.json a\n", "old.user+0+0000000001.json b\n");
    assertThat(Files.readString(log.resolve("topic.json")))
        .matches("\\{\"topicId\":\"[\\w-]{22}\"}");
  }

  /** A cluster that gives its topics no ids is known by what it lacks. */
  @Test
  void refusesATopicThatEndsBeforeTheArchive() throws Exception {
    createTopics("short", 1);
    new Topic(kafka, "short.user", 1).send(0, "a", "b");
    archive("short");
    Path log = output().resolve("topics/short.user/partition=0/_log");
    Files.writeString(
        log.resolve("%020d.json".formatted(2)),
        "{\"from\":2,\"gzip\":false,\"lines\":{\"records\":0,\"first\":0},"
            + "\"values\":{\"records\":0,\"first\":0},"
            + "\"archived\":{\"to\":3,\"records\":3,\"bytes\":6,\"objects\":1}}");

    Outcome outcome = Outcome.of(arguments("short"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err().strip())
        .hasLineCount(1)
        .contains("records of short.user-0 up to offset 3, and it ends at 2", "made anew");
  }

  @Test
  void saysThatATopicIsMissing() {
    Outcome outcome = Outcome.of(arguments("missing"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("There is no topic missing.pin, missing.geo, missing.user");
    assertThat(output()).doesNotExist();
  }
}
