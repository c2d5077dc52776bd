package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.S3Server;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The commands on S3, as options and environment describe it. */
class CleanOnS3Test {

  private static final String KEY = "reader";
  private static final String SECRET = "reader's secret";
  private static final String POSTS = "--posts=400";

  @TempDir static Path folder;
  private static S3Server server;
  private static Map<String, String> digests;

  @BeforeAll
  static void start() throws IOException {
    server = S3Server.start(folder.resolve("s3"), KEY, SECRET);
    server.createBucket("posts");
    server.createBucket("lakes");
    server.createBucket("archives");
    Outcome generated =
        onS3(SECRET, "generate", POSTS, "--output=s3://posts/raw", "--layout=s3sink");
    assertThat(generated.exitCode()).as("%s", generated).isEqualTo(0);
    Outcome.good("generate", POSTS, "--output=" + folder.resolve("input"));
    Outcome.good("clean", "--input=" + folder.resolve("input"), "--lake=" + folder.resolve("lake"));
    digests = Outcome.digests(folder.resolve("lake"));
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static String[] options(String secret) {
    return new String[] {
      "--endpoint=" + server.endpoint(),
      "--awsRegion=eu-west-1",
      "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\",\"accessKeyId\":\""
          + KEY
          + "\",\"secretAccessKey\":\""
          + secret
          + "\"}"
    };
  }

  private static Outcome onS3(String secret, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(options(secret)));
    return Outcome.of(all.toArray(String[]::new));
  }

  private static void requireFailure(Outcome outcome, String... words) {
    assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).contains(words).startsWith("pinpipeline: ");
    assertThat(outcome.err().strip().lines()).hasSize(1);
    assertThat(outcome.err()).doesNotContain("Exception", "software.amazon", SECRET);
  }

  @Test
  void cleansFromS3IntoS3() {
    Outcome run = onS3(SECRET, "clean", "--input=s3://posts/raw", "--lake=s3://lakes/a b/lake");
    assertThat(run.exitCode()).as("%s", run).isZero();
    assertThat(Outcome.digests("s3://lakes/a b/lake", options(SECRET))).isEqualTo(digests);
    Outcome again =
        onS3(SECRET, "clean", "--input=s3://posts/**/*.json", "--lake=s3://lakes/a b/lake");
    assertThat(again.out()).contains("Nothing new");
  }

  @Test
  void doesTheWholeBatchOnS3() {
    Outcome batch =
        onS3(
            SECRET,
            "run-batch",
            "--input=s3://posts/raw",
            "--lake=s3://lakes/batch",
            "--report=s3://lakes/batch.html");
    assertThat(batch.exitCode()).as("%s", batch).isZero();
    assertThat(Outcome.digests("s3://lakes/batch", options(SECRET))).isEqualTo(digests);
    Outcome pending = onS3(SECRET, "pending", "--input=s3://posts/raw", "--lake=s3://lakes/batch");
    assertThat(pending.exitCode()).as("%s", pending).isZero();
    assertThat(onS3(SECRET, "tables", "--lake=s3://lakes/batch").out())
        .contains("gold/top_category_by_country");
  }

  @Test
  void streamsIntoS3() throws IOException {
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"))) {
      for (Dataset<?> dataset : Datasets.all()) {
        kafka.createTopic("posts." + dataset.name(), 2);
      }
      TopicPosts.send(
          new KafkaSettings(kafka.bootstrapServers(), Map.of()),
          "posts",
          new PostGenerator(1, 400));
      Outcome run =
          onS3(
              SECRET,
              "stream",
              "--bootstrapServers=" + kafka.bootstrapServers(),
              "--topicPrefix=posts",
              "--lake=s3://lakes/stream",
              "--commitInterval=1s",
              "--untilCaughtUp");
      assertThat(run.exitCode()).as("%s", run).isZero();
    }
    assertThat(Outcome.digests("s3://lakes/stream", options(SECRET))).isEqualTo(digests);
  }

  @Test
  void archivesIntoS3AndCleansWhatItArchived() throws IOException {
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka-of-archive"))) {
      TopicPosts.fill(kafka, "posts", 2, new PostGenerator(1, 400));
      for (String roll : List.of("--rollRecords=100", "--rollRecords=50")) {
        Outcome run =
            onS3(
                SECRET,
                "archive",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=posts",
                "--output=s3://archives/a b",
                roll,
                "--rollInterval=1s",
                "--untilCaughtUp");
        assertThat(run.exitCode()).as("%s", run).isZero();
      }
    }
    Outcome run =
        onS3(SECRET, "clean", "--input=s3://archives/a b", "--lake=s3://lakes/of-archive");
    assertThat(run.exitCode()).as("%s", run).isZero();
    assertThat(Outcome.digests("s3://lakes/of-archive", options(SECRET))).isEqualTo(digests);
  }

  @Test
  void vacuumsTheUploadsOfAKilledRun() throws Exception {
    Path input = folder.resolve("large");
    // one file that is not split, so that its rows are more than a part of an upload
    Outcome.good("generate", "--posts=120000", "--gzip", "--output=" + input);
    String lake = "--lake=s3://lakes/killed";
    List<String> run = new ArrayList<>(List.of("--input=" + input.resolve("pin*"), lake));
    run.addAll(List.of(options(SECRET)));
    List<StoredObject> begun = new ArrayList<>();
    try (Storage storage = new BeamArguments(List.of(options(SECRET))).storage()) {
      Process process = KilledRunTest.start(run.toArray(String[]::new));
      try {
        while (begun.isEmpty() && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
          storage.listUnfinished(Location.parse("s3://lakes/killed"), begun::add);
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    assertThat(begun).isNotEmpty();

    assertThat(onS3(SECRET, "vacuum", lake).out())
        .contains("Removed: 0 files", "Left, because a run may be writing");
    Outcome vacuum = onS3(SECRET, "vacuum", lake, "--olderThan=0s");
    assertThat(vacuum.exitCode()).as("%s", vacuum).isZero();
    assertThat(vacuum.out())
        .contains("unfinished", "ledger", begun.get(0).location().uri())
        .doesNotContain("Left");
    assertThat(onS3(SECRET, "vacuum", lake).err()).contains("There are no tables in s3://lakes");
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void findsCredentialsWhereTheAwsToolsDo() {
    Map<String, String> properties =
        Map.of("aws.accessKeyId", KEY, "aws.secretAccessKey", SECRET, "aws.region", "eu-west-1");
    properties.forEach(System::setProperty);
    try {
      String endpoint = "--endpoint=" + server.endpoint();
      Outcome.good(
          "clean", "--input=s3://posts/raw", "--lake=" + folder.resolve("local"), endpoint);
      assertThat(Outcome.digests(folder.resolve("local"))).isEqualTo(digests);
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void saysThatTheSecretIsWrong() {
    requireFailure(
        onS3("wrong", "clean", "--input=s3://posts/raw", "--lake=s3://lakes/none"),
        "s3://posts/raw",
        "AWS_SECRET_ACCESS_KEY");
    requireFailure(
        onS3("wrong", "tables", "--lake=s3://lakes/none"), "s3://lakes", "AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void saysThatABucketIsMissing() {
    requireFailure(
        onS3(SECRET, "clean", "--input=s3://nowhere/raw", "--lake=s3://lakes/none"),
        "bucket 'nowhere' does not exist");
    requireFailure(
        onS3(SECRET, "clean", "--input=s3://posts/raw", "--lake=s3://no-lakes/none"),
        "bucket 'no-lakes' does not exist");
    requireFailure(
        onS3(SECRET, "generate", POSTS, "--output=s3://nowhere/raw"),
        "bucket 'nowhere' does not exist");
    requireFailure(onS3(SECRET, "digest", "--lake=s3://nowhere/a"), "bucket 'nowhere'");
  }

  @Test
  void saysThatNothingIsThere() {
    Outcome outcome = onS3(SECRET, "clean", "--input=s3://posts/rew", "--lake=s3://lakes/none");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("No object matches the input s3://posts/rew");
  }

  @Test
  @Timeout(60)
  void givesUpOnAServerThatIsNotThere() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    long begun = System.nanoTime();
    Outcome outcome =
        Outcome.of(
            "clean",
            "--input=s3://posts/raw",
            "--lake=s3://lakes/none",
            options(SECRET)[1],
            options(SECRET)[2],
            "--endpoint=http://127.0.0.1:" + port);
    requireFailure(outcome, "the server cannot be reached", "--endpoint");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
  }
}
