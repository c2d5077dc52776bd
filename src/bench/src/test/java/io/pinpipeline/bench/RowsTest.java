package io.pinpipeline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.bench.job.LimitJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsTest {

  private static final int POSTS = 300;

  @TempDir private Path folder;
  private BenchData data;

  @BeforeEach
  void generate() throws IOException {
    data = BenchData.generate(POSTS, 10, folder.resolve("posts"));
  }

  private Rows clean(String lake) throws Exception {
    new LimitJob().run(folder.resolve("posts"), folder.resolve(lake));
    return Rows.of(Contestant.LIMIT, folder.resolve(lake));
  }

  @Test
  void sameRowsHaveNoFaultsAndNoDifferences() throws Exception {
    Rows one = clean("one");

    assertThat(one.faults(data)).isEmpty();
    assertThat(one.differences(clean("other"))).isEmpty();
  }

  @Test
  void oneOtherValueIsADifference() throws Exception {
    Rows before = clean("before");
    change("geo.jsonl", "\"country\": ?\"[^\"]+\"", "\"country\":\"Atlantis\"");

    assertThat(clean("after").differences(before))
        .anySatisfy(difference -> assertThat(difference).startsWith("clean rows of geo"));
  }

  @Test
  void aLostRecordIsAFault() throws Exception {
    Path file = folder.resolve("posts/user.jsonl");
    List<String> lines = Files.readAllLines(file);
    String lost = lines.stream().filter(line -> isGoodAndAlone(line, lines)).findFirst().get();
    Files.write(file, lines.stream().filter(line -> !line.equals(lost)).toList());

    assertThat(clean("lake").faults(data)).singleElement().asString().startsWith("user has");
  }

  @Test
  void aDeadLetterMoreIsAFault() throws Exception {
    Files.writeString(folder.resolve("posts/pin.jsonl"), "17\n", StandardOpenOption.APPEND);

    assertThat(clean("lake").faults(data))
        .singleElement()
        .asString()
        .contains("pin has the dead letters", "NOT_AN_OBJECT");
  }

  private static boolean isGoodAndAlone(String line, List<String> lines) {
    if (!line.matches("[{]\"ind\":[0-9]+,.*\"date_joined\":\"20[^{}]*[}]")
        || line.contains(":151")) {
      return false;
    }
    String key = line.substring(0, line.indexOf(',') + 1);
    return lines.stream().filter(other -> other.replace(": ", ":").startsWith(key)).count() == 1;
  }

  /** Replaces what a pattern first finds in a file. */
  private void change(String file, String pattern, String replacement) throws IOException {
    Path path = folder.resolve("posts").resolve(file);
    String text = Files.readString(path);
    String changed = text.replaceFirst(pattern, replacement);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(path, changed);
  }
}
