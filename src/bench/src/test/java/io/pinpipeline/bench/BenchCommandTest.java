package io.pinpipeline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command with real processes of every contestant, on few posts. */
class BenchCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  @Test
  void everyContestantWritesTheSameRows() throws IOException {
    int exitCode =
        run(
            "bench",
            "--posts=400",
            "--rounds=1",
            "--warmups=0",
            "--modes=warm",
            "--output=" + folder);

    assertThat(exitCode).describedAs("%s%s", out, err).isZero();
    assertThat(Files.readString(folder.resolve("benchmark.md")))
        .contains("pinpipeline on Direct", "native Spark", "DuckDB", "hand-written limit")
        .contains("All wrote the same rows")
        .doesNotContain("WRONG");
    assertThat(Files.readAllLines(folder.resolve("measurements.csv")))
        .hasSize(1 + Contestant.of(BenchCommand.Subject.CLEAN).size());
    assertThat(Files.readString(folder.resolve("benchmark.svg"))).contains("<svg");
    assertThat(folder.resolve("work")).doesNotExist();
  }

  @Test
  void everyContestantHasTheSameAnswers() throws IOException {
    int exitCode =
        run(
            "bench",
            "query",
            "--posts=400",
            "--rounds=1",
            "--warmups=0",
            "--modes=warm",
            "--output=" + folder);

    assertThat(exitCode).describedAs("%s%s", out, err).isZero();
    assertThat(Files.readString(folder.resolve("queries.md")))
        .contains("pinpipeline on Flink", "pinpipeline on Spark", "DuckDB", "same answers")
        .doesNotContain("WRONG");
    assertThat(Files.readAllLines(folder.resolve("queries.csv")))
        .hasSize(1 + Contestant.of(BenchCommand.Subject.QUERY).size());
    assertThat(folder.resolve("work")).doesNotExist();
  }

  @Test
  void everyStreamWritesTheSameRows() throws IOException {
    int exitCode =
        run(
            "bench",
            "stream",
            "--posts=400",
            "--rounds=1",
            "--warmups=0",
            "--contestants=direct,flink,flink-native,limit",
            "--latencySeconds=0",
            "--output=" + folder);

    assertThat(exitCode).describedAs("%s%s", out, err).isZero();
    assertThat(Files.readString(folder.resolve("streams.md")))
        .contains("pinpipeline on Flink", "native Flink", "hand-written limit", "All wrote")
        .doesNotContain("WRONG");
    assertThat(Files.readAllLines(folder.resolve("streams.csv"))).hasSize(1 + 4);
    assertThat(folder.resolve("work")).doesNotExist();
  }

  @Test
  void moreOfEachGivesTheSameRows() throws IOException {
    int exitCode =
        run(
            "bench",
            "scale",
            "--posts=32",
            "--rounds=1",
            "--contestants=direct",
            "--output=" + folder);

    assertThat(exitCode).describedAs("%s%s", out, err).isZero();
    assertThat(Files.readString(folder.resolve("scale.md")))
        .contains("same rows and dead letters", "local disk", "S3 server")
        .doesNotContain("WRONG");
    assertThat(Files.readAllLines(folder.resolve("scale.csv")))
        .anyMatch(line -> line.startsWith("posts,32,direct,1,"))
        .anyMatch(line -> line.startsWith("objects,3,direct,1,"))
        .anyMatch(line -> line.startsWith("distant,3,direct,1,"));
    assertThat(Files.readString(folder.resolve("scale.svg"))).contains("<svg");
    assertThat(folder.resolve("work")).doesNotExist();
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    int exitCode =
        run("bench", "--posts=0", "--rounds=0", "--modes=tepid", "--contestants=direct,pandas");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString())
        .contains("--posts: 0", "--rounds: 0", "no mode 'tepid'", "no contestant 'pandas'");
  }
}
