package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunBatchCommandTest {

  @TempDir Path folder;

  private Outcome batch(String... more) {
    String[] all = new String[3 + more.length];
    all[0] = "run-batch";
    all[1] = "--input=" + folder.resolve("input");
    all[2] = "--lake=" + folder.resolve("lake");
    System.arraycopy(more, 0, all, 3, more.length);
    return Outcome.of(all);
  }

  @Test
  void doesAllStepsAndDoneAgainChangesNothing() throws IOException {
    Expected expected =
        Outcome.generate(folder.resolve("input"), new PostGenerator(7, 200), new LinesLayout());
    Outcome first = batch();
    assertThat(first.exitCode()).as("%s", first).isZero();
    assertThat(first.out())
        .startsWith("step 1 of 4, clean" + System.lineSeparator() + Outcome.books(expected))
        .containsSubsequence(
            "step 2 of 4, books",
            "pin: last run 2",
            "step 3 of 4, query",
            "gold/top_category_by_country version 0: ",
            "step 4 of 4, vacuum",
            "Removed: 0 files");
    Map<String, String> digests = Outcome.digests(folder.resolve("lake"));

    Path page = folder.resolve("report.html");
    Outcome again = batch("--report=" + page);
    assertThat(again.exitCode()).as("%s", again).isZero();
    assertThat(again.out())
        .contains("Nothing new: ", "gold/top_category_by_country version 1: ")
        .containsSubsequence("step 4 of 5, report", "report.html, ", "step 5 of 5, vacuum");
    assertThat(page)
        .content()
        .contains("Every record is accounted for", "gold/users_joined_by_year</td>");
    assertThat(Outcome.digests(folder.resolve("lake"))).isEqualTo(digests);
  }

  @Test
  void stopsAtTheFirstStepThatFails() {
    Outcome outcome = batch();
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEqualToIgnoringNewLines("step 1 of 4, clean");
    assertThat(outcome.err())
        .startsWith(
            "pinpipeline: The batch stopped at step 1 of 4, clean: No object matches the input ")
        .hasLineCount(1);
  }
}
