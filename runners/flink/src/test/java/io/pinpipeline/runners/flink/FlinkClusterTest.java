package io.pinpipeline.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.local.ClusterSettings;
import io.pinpipeline.local.FlinkCluster;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.local.S3Server;
import io.pinpipeline.pipelines.cli.Jars;
import io.pinpipeline.pipelines.cli.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bundle on a cluster of real processes. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FlinkClusterTest {

  private static final PostGenerator POSTS = new PostGenerator(1, 2000);

  @TempDir static Path folder;

  private static S3Server ownKeys;
  private static S3Server keysOfTheEnvironment;
  private static FlinkCluster cluster;
  private static Expected expected;
  private static Map<String, String> digests;

  @BeforeAll
  static void start() throws IOException {
    ownKeys = S3Server.start(folder.resolve("own"), "own", "own secret");
    keysOfTheEnvironment = S3Server.start(folder.resolve("env"), "env", "env secret");
    cluster =
        FlinkCluster.start(
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

  private static LocalProcess flinkRun(String name, String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("run", "-m", cluster.master(), "-p", "4", Jars.BUNDLE));
    all.addAll(Arrays.asList(arguments));
    return cluster.flink(name, all);
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
  void runsByFlinkRunWithTheCredentialsOfTheProcesses() throws IOException {
    List<String> options = onS3(keysOfTheEnvironment, "env");
    String printed =
        Jars.requireGood(
            flinkRun(
                "flink-run",
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
                        "--flinkMaster=" + cluster.master()),
                    options)));
    assertThat(printed).isEqualTo(Outcome.books(expected));
    requireTables(options);
  }

  @Test
  void endsFlinkRunWithTheSameExitCodes() throws IOException {
    assertThat(Jars.requireExit(2, flinkRun("wrong-use", "clean", "--lake=" + folder)))
        .contains("--input");
    assertThat(
            Jars.requireExit(
                1, flinkRun("no-input", "clean", "--input=" + folder + "/no", "--lake=" + folder)))
        .contains("No object matches the input");
  }

  /** The cluster of this test has no folder for checkpoints. */
  @Test
  void refusesAStreamWhoseCheckpointsWouldBeInMemory() throws IOException {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setFlinkMaster(cluster.master());
    options.setStreaming(true);
    assertThatThrownBy(() -> new FlinkDefaults().prepare(options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no folder for checkpoints")
        .hasMessageContaining("state.checkpoints.dir")
        .hasMessageContaining("--stateBackendStoragePath");
    options.setStateBackend("filesystem");
    options.setStateBackendStoragePath(folder.resolve("checkpoints").toUri().toString());
    new FlinkDefaults().prepare(options);
    assertThat(options.getParallelism()).isEqualTo(4);
  }

  @Test
  void hasItsSlotsAgainWhenTheJobManagerWasKilled() throws IOException {
    cluster.jobManager().kill();
    cluster.restartJobManager();
    assertThat(json("/overview").path("slots-total").asInt()).isEqualTo(4);
  }

  /**
   * The moment is told by Flink and the lake: tasks run on the TaskManager that is killed, data
   * files are there, and not all is committed.
   */
  @Test
  @Tag("long")
  void givesTheTablesOfAQuietRunWhenATaskManagerIsKilled() throws Exception {
    Path input = folder.resolve("more-input");
    Path lake = folder.resolve("killed");
    Expected more = Outcome.generate(input, new PostGenerator(2, 300_000), new LinesLayout());
    Jars.cleanDirectly(folder, input, folder.resolve("quiet"));
    LocalProcess run = flinkRun("killed-run", "clean", "--input=" + input, "--lake=" + lake);
    String busy = "";
    while (busy.isEmpty() || files(lake, ".parquet") == 0) {
      assertThat(run.handle().isAlive()).as("%s", run.said()).isTrue();
      busy = busyTaskManager();
    }
    String killed = busy;
    cluster.taskManagers().stream()
        .filter(process -> process.name().equals(killed))
        .findFirst()
        .orElseThrow()
        .kill();
    assertThat(files(lake, ".json")).isLessThan(RecordKind.values().length);
    assertThat(run.handle().isAlive()).isTrue();

    cluster.startTaskManager();
    assertThat(Jars.requireGood(run)).endsWith(Outcome.books(more));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("quiet")));
  }

  /** The TaskManager with the most running tasks; nothing where none has any. */
  private static String busyTaskManager() throws IOException {
    for (JsonNode job : json("/jobs/overview").path("jobs")) {
      if (job.path("state").asText().equals("RUNNING")) {
        String path = "/jobs/" + job.path("jid").asText();
        for (JsonNode vertex : json(path).path("vertices")) {
          if (!vertex.path("name").asText().contains("Write to Delta")) {
            continue;
          }
          String tasks = path + "/vertices/" + vertex.path("id").asText() + "/taskmanagers";
          for (JsonNode taskManager : json(tasks).path("taskmanagers")) {
            if (taskManager.path("status-counts").path("RUNNING").asInt() > 0) {
              return taskManager.path("taskmanager-id").asText();
            }
          }
        }
      }
    }
    return "";
  }

  private static JsonNode json(String path) throws IOException {
    return new ObjectMapper().readTree(cluster.rest(path));
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
