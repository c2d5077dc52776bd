package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingCommandTest {

  @TempDir Path folder;

  @BeforeEach
  void writeInput() throws IOException {
    Files.createDirectories(input());
    Files.writeString(input().resolve("pin-1.jsonl"), "{\"index\":1}\n");
    Files.writeString(input().resolve("geo-1.jsonl"), "{\"ind\":1}\n{\"ind\":2}\n");
  }

  private Path input() {
    return folder.resolve("input");
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private Outcome pending(String... more) {
    return Outcome.of(
        Stream.concat(
                Stream.of("pending", "--input=" + input(), "--lake=" + lake()), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void tellsWhatARunWouldTakeAndWritesNothing() throws IOException {
    assertThat(pending().out())
        .isEqualToIgnoringNewLines(
            """
            dataset  new objects  size  taken earlier
            pin                1  12 B              0
            geo                1  20 B              0
            user               0   0 B              0
            """);
    assertThat(lake()).doesNotExist();

    Outcome.good("clean", "--input=" + input(), "--lake=" + lake(), "--only=geo");
    List<Path> before = files();
    assertThat(pending("--format=json").out().replaceAll("\\s", ""))
        .isEqualTo(
            "{\"pin\":{\"objects\":1,\"bytes\":12,\"taken\":0},"
                + "\"geo\":{\"objects\":0,\"bytes\":0,\"taken\":1},"
                + "\"user\":{\"objects\":0,\"bytes\":0,\"taken\":0}}");
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void answersForAnInputWithoutObjects() throws IOException {
    Outcome none =
        Outcome.good(
            "pending", "--input=" + folder.resolve("none"), "--lake=" + lake(), "--format=json");
    assertThat(none.out().replaceAll("\\s", ""))
        .startsWith("{\"pin\":{\"objects\":0,\"bytes\":0,\"taken\":0}");
    // one of two that is not there is a slip
    Outcome slip =
        Outcome.of(
            "pending", "--input=" + input() + "," + folder.resolve("none"), "--lake=" + lake());
    assertThat(slip.exitCode()).isEqualTo(1);
    assertThat(slip.err()).contains("No object matches the input " + folder.resolve("none"));
  }

  @Test
  void refusesWhatARunWouldRefuse() throws IOException {
    Outcome.good("clean", "--input=" + input(), "--lake=" + lake());
    Files.writeString(input().resolve("pin-1.jsonl"), "{}\n", StandardOpenOption.APPEND);
    Outcome changed = pending();
    assertThat(changed.exitCode()).isEqualTo(1);
    assertThat(changed.err()).contains("has changed since it was taken");

    Files.writeString(input().resolve("board.jsonl"), "{}\n");
    assertThat(pending().err()).contains("It cannot be told which dataset");
  }
}
