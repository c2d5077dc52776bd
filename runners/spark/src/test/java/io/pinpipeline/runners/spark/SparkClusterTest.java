package io.pinpipeline.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.local.ClusterSettings;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.local.S3Server;
import io.pinpipeline.local.SparkCluster;
import io.pinpipeline.pipelines.cli.Jars;
import io.pinpipeline.pipelines.cli.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bundle on a cluster of real processes. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SparkClusterTest {

  private static final PostGenerator POSTS = new PostGenerator(1, 2000);

  @TempDir static Path folder;

  private static S3Server ownKeys;
  private static S3Server keysOfTheEnvironment;
  private static SparkCluster cluster;
  private static Expected expected;
  private static Map<String, String> digests;
  private static Expected more;

  @BeforeAll
  static void start() throws IOException {
    ownKeys = S3Server.start(folder.resolve("own"), "own", "own secret");
    keysOfTheEnvironment = S3Server.start(folder.resolve("env"), "env", "env secret");
    cluster =
        SparkCluster.start(
            ClusterSettings.of(Jars.CLUSTER, folder.resolve("cluster"))
                .withEnvironment(
                    Map.of(
                        "AWS_ACCESS_KEY_ID", "env",
                        "AWS_SECRET_ACCESS_KEY", "env secret",
                        "AWS_REGION", "eu-west-1")));
    Path input = folder.resolve("input");
    expected = Outcome.generate(input, POSTS, new LinesLayout());
    Jars.cleanDirectly(folder, input, folder.resolve("lake"));
    digests = Outcome.digests(folder.resolve("lake"));
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    ownKeys.close();
    keysOfTheEnvironment.close();
  }

  private static LocalProcess submit(String name, List<String> settings, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--master", cluster.master()));
    all.addAll(settings);
    all.add(Jars.BUNDLE);
    all.addAll(Arrays.asList(arguments));
    return cluster.submit(name, all);
  }

  /** Posts in a bucket, and a bucket for a lake; the options that lead to them. */
  private static List<String> onS3(S3Server server, String key) throws IOException {
    server.createBucket("posts");
    server.createBucket("lakes");
    List<String> options =
        List.of(
            "--endpoint=" + server.endpoint(),
            "--awsRegion=eu-west-1",
            "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\",\"accessKeyId\":\""
                + key
                + "\",\"secretAccessKey\":\""
                + key
                + " secret\"}");
    Outcome.good(joined(List.of("generate", "--posts=2000", "--output=s3://posts/raw"), options));
    return options;
  }

  private static String[] joined(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toArray(String[]::new);
  }

  private static void requireTables(List<String> options) {
    assertThat(Outcome.digests("s3://lakes/lake", options.toArray(String[]::new)))
        .isEqualTo(digests);
  }

  @Test
  void runsBySparkSubmitWithTheCredentialsOfTheProcesses() throws IOException {
    List<String> options = onS3(keysOfTheEnvironment, "env");
    String printed =
        Jars.requireGood(
            submit(
                "submit",
                List.of(),
                "clean",
                "--input=s3://posts/raw",
                "--lake=s3://lakes/lake",
                options.get(0)));
    assertThat(printed).endsWith(Outcome.books(expected));
    requireTables(options);
  }

  @Test
  void runsByItsOwnCommandWithCredentialsOfItsOwn() throws IOException {
    List<String> options = onS3(ownKeys, "own");
    String printed =
        Jars.requireGood(
            Jars.run(
                folder,
                "own-command",
                joined(
                    List.of(
                        "clean",
                        "--input=s3://posts/raw",
                        "--lake=s3://lakes/lake",
                        "--sparkMaster=" + cluster.master()),
                    options)));
    assertThat(printed).isEqualTo(Outcome.books(expected));
    requireTables(options);
  }

  @Test
  void endsSparkSubmitWithTheSameExitCodes() throws IOException {
    assertThat(Jars.requireExit(2, submit("wrong-use", List.of(), "clean", "--lake=" + folder)))
        .contains("--input");
    assertThat(
            Jars.requireExit(
                1,
                submit(
                    "no-input",
                    List.of(),
                    "clean",
                    "--input=" + folder + "/no",
                    "--lake=" + folder)))
        .contains("No object matches the input");
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Its shuffled data is lost with it, so that stages run again as well. */
  @Test
  @Tag("long")
  void givesTheTablesOfAQuietRunWhenAnExecutorIsKilled() throws Exception {
    givesTheTablesOfAQuietRunWhen("executor", () -> cluster.executors().get(0).destroyForcibly());
  }

  @Test
  @Tag("long")
  void givesTheTablesOfAQuietRunWhenAWorkerIsKilledWithItsExecutor() throws Exception {
    LocalProcess worker = cluster.workers().get(0);
    givesTheTablesOfAQuietRunWhen("worker", worker::close);
    cluster.startWorker();
  }

  /**
   * The moment is told by Spark and the lake: each executor has running tasks, data files are
   * there, and not all is committed.
   */
  private static void givesTheTablesOfAQuietRunWhen(String name, Runnable kill) throws IOException {
    Path input = folder.resolve("more-input");
    Path quiet = folder.resolve("quiet");
    Path lake = folder.resolve("killed-" + name);
    if (!Files.exists(quiet)) {
      more = Outcome.generate(input, new PostGenerator(2, 300_000), new LinesLayout());
      Jars.cleanDirectly(folder, input, quiet);
    }
    int page = freePort();
    LocalProcess run =
        submit(
            "killed-" + name + "-run",
            List.of("--conf", "spark.ui.port=" + page),
            "clean",
            "--input=" + input,
            "--lake=" + lake);
    while (!allAreBusy(page) || files(lake, ".parquet") == 0) {
      assertThat(run.handle().isAlive()).as("%s", run.said()).isTrue();
    }
    kill.run();
    assertThat(files(lake, ".json")).isLessThan(RecordKind.values().length);
    assertThat(run.handle().isAlive()).isTrue();

    assertThat(Jars.requireGood(run)).endsWith(Outcome.books(more));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(quiet));
  }

  /** Whether both executors run tasks, as the driver's page tells; it is not there at first. */
  private static boolean allAreBusy(int page) throws IOException {
    try {
      return busyExecutors(page) == 2;
    } catch (IOException e) {
      return false;
    }
  }

  private static int busyExecutors(int page) throws IOException {
    ObjectMapper json = new ObjectMapper();
    String applications = "http://127.0.0.1:" + page + "/api/v1/applications";
    String id = json.readTree(URI.create(applications).toURL()).path(0).path("id").asText();
    int busy = 0;
    for (JsonNode executor :
        json.readTree(URI.create(applications + "/" + id + "/executors").toURL())) {
      if (!executor.path("id").asText().equals("driver")
          && executor.path("isActive").asBoolean()
          && executor.path("activeTasks").asInt() > 0) {
        busy++;
      }
    }
    return busy;
  }

  private static long files(Path lake, String ending) throws IOException {
    Path tables = lake.resolve("silver");
    if (!Files.exists(tables)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(tables)) {
      return files.filter(file -> file.toString().endsWith(ending)).count();
    } catch (UncheckedIOException e) {
      return 0; // one was renamed meanwhile
    }
  }
}
