package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BooksCommandTest {

  @TempDir Path folder;
  private Expected expected;

  @BeforeEach
  void clean() throws IOException {
    expected =
        Outcome.generate(
            input(),
            new PostGenerator(6, 200, Dirt.usual().withRepeated(0.2, 0.05).withOneBadIn(10)),
            new LinesLayout());
    Outcome.good("clean", "--input=" + input(), "--lake=" + lake());
  }

  private Path input() {
    return folder.resolve("input");
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  @Test
  void shows() {
    Outcome outcome = Outcome.good("books", "--lake=" + lake());
    assertThat(outcome.out()).startsWith(Outcome.books(expected)).contains("pin: last run 2");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void showsToPrograms() {
    String json =
        Outcome.good("books", "--lake=" + lake(), "--format=json").out().replaceAll("\\s", "");
    Tally geo = expected.of(RecordKind.GEO);
    assertThat(json)
        .startsWith("{\"pin\":{\"read\":")
        .contains(
            "\"geo\":{\"read\":%d,\"clean\":%d,\"duplicates\":%d,\"deadLetters\":%d,"
                .formatted(geo.read(), geo.clean(), geo.duplicates(), geo.dead()),
            "\"rows\":" + geo.clean() + ",\"lastRun\":{\"run\":\"2",
            "\"faults\":[]}}");
  }

  @Test
  void failsWithTheNumbersWhereRowsAreGone() throws IOException {
    // what the DELETE of another program writes
    try (LocalStorage storage = new LocalStorage()) {
      DeltaTable table = DeltaTable.at(storage, new Lake(Location.ofPath(lake())).silver("user"));
      TableSnapshot snapshot = table.latest().orElseThrow();
      table.change(Optional.of(snapshot), snapshot.schema()).remove(snapshot.files()).commit();
    }
    long clean = expected.of(RecordKind.USER).clean();
    Outcome outcome = Outcome.of("books", "--lake=" + lake(), "--format=json");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out().replaceAll("\\s", ""))
        .contains("\"clean\":" + clean, "\"rows\":0", "\"faults\":[\"thebookshave" + clean);
    assertThat(outcome.err())
        .startsWith("pinpipeline: The books and the tables do not agree. user: the books have ")
        .contains(clean + " clean rows, the table has 0 (" + clean + " missing)")
        .hasLineCount(1);

    Outcome batch = Outcome.of("run-batch", "--input=" + input(), "--lake=" + lake());
    assertThat(batch.exitCode()).isEqualTo(1);
    assertThat(batch.err())
        .contains(
            "pinpipeline: The batch stopped at step 2 of 4, books: The books and the tables do not"
                + " agree. user: ");
    assertThat(lake().resolve("gold")).doesNotExist();

    // as the message says
    Outcome.good("clean", "--input=" + input(), "--lake=" + lake(), "--fullRefresh");
    Outcome.good("books", "--lake=" + lake());
  }

  @Test
  void failsWhereAFileIsGone() throws IOException {
    Path file;
    try (var files = Files.list(lake().resolve("silver/pin"))) {
      file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.delete(file);
    Outcome outcome = Outcome.of("books", "--lake=" + lake());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains(file.getFileName().toString()).hasLineCount(1);
  }

  @Test
  void saysThatThereIsNoLake() {
    Outcome outcome = Outcome.of("books", "--lake=" + folder.resolve("none"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("pinpipeline: There are no tables in ");
  }
}
