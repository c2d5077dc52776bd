package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.report.Chart;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportCommandTest {

  @TempDir Path folder;

  private String report(Path lake) throws IOException {
    Path page = folder.resolve("page.html");
    assertThat(Outcome.good("report", "--lake=" + lake, "--output=" + page).out())
        .startsWith("file://" + page + ", 1.");
    return Files.readString(page);
  }

  private Path clean(String dataset, String... records) throws IOException {
    Path raw = Files.createDirectories(folder.resolve("raw"));
    Files.write(raw.resolve(dataset + ".jsonl"), List.of(records));
    Path lake = folder.resolve("lake");
    Outcome.good("clean", "--input=" + raw, "--lake=" + lake);
    return lake;
  }

  @Test
  void showsBooksDeadLettersAndTables() throws IOException {
    Path raw = folder.resolve("raw");
    Path lake = folder.resolve("lake");
    Expected expected = Outcome.generate(raw, new PostGenerator(3, 2000), new LinesLayout());
    Outcome.good("clean", "--input=" + raw, "--lake=" + lake);
    Outcome.good("query", "--lake=" + lake, "--write", "users_joined_by_year");
    String page = report(lake);
    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      StringBuilder row = new StringBuilder("<th scope=\"row\">" + kind.dataset() + "</th>\\s*");
      for (long count :
          new long[] {tally.read(), tally.clean(), tally.duplicates(), tally.dead()}) {
        row.append(String.format(Locale.ROOT, "<td [^>]*>%,d</td>\\s*", count));
      }
      assertThat(page).containsPattern(row.toString());
      tally
          .deadLetters()
          .forEach((code, count) -> assertThat(page).contains("<h3><code>" + code + "</code>"));
    }
    assertThat(page)
        .contains("Every record is accounted for", "gold/users_joined_by_year</td>")
        .doesNotContain(">outdated<", "Not answered");

    Files.writeString(folder.resolve("user-more.jsonl"), "{\"ind\":1,\"age\":20}\n");
    Outcome.good("clean", "--input=" + folder.resolve("user-more.jsonl"), "--lake=" + lake);
    assertThat(report(lake)).containsOnlyOnce(">outdated<");
  }

  @Test
  void saysWhatCannotBeAnsweredForWantOfATable() throws IOException {
    Path lake =
        clean("user", "{\"ind\":1,\"first_name\":\"A\",\"date_joined\":\"2016-01-01T00:00:00\"}");
    assertThat(report(lake))
        .contains("Not answered: the lake has no table geo and no table pin.")
        .contains("Not answered: the lake has no table pin.")
        .contains("data-value=\"1\">1</td>");
  }

  @Test
  void showsALakeWithNothingButDeadLetters() throws IOException {
    assertThat(report(clean("pin", "[\"<b>\"]")))
        .contains("[\"&lt;b&gt;\"]", "NOT_AN_OBJECT", "Not answered")
        .doesNotContain("<b>");
  }

  @ParameterizedTest
  @EnumSource
  void hasAChartForEachQuestion(Question question) {
    Chart chart = Chart.of(question.id());
    assertThat(chart).isNotEqualTo(Chart.OTHER);
    assertThat(question.schema().columns())
        .hasSizeGreaterThan(Math.max(chart.label(), Math.max(chart.value(), chart.detail())));
    assertThat(question.schema().column(chart.label()).path()).doesNotEndWith("_count");
  }

  @Test
  void saysThatThereIsNoLake() {
    Outcome outcome =
        Outcome.of("report", "--lake=" + folder.resolve("none"), "--output=" + folder + "/p.html");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("pinpipeline: There are no tables in ");
    assertThat(folder.resolve("p.html")).doesNotExist();
  }

  @Test
  void namesAllFaultsOfItsOptions() {
    Outcome outcome =
        Outcome.of("report", "--lake=ftp://x", "--output=page.pdf", "--runner=spark", "--bogus");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(
            "--lake: ",
            "--output: page.pdf does not end with .html",
            "--runner: this bundle runs on",
            "unknown option --bogus");
    assertThat(Outcome.of("report", "--lake=x").err()).contains("--output");
  }

  @Test
  void listsAnswersAmongTheTables() throws IOException {
    Path lake = clean("user", "{\"ind\":1,\"date_joined\":\"2016-01-01T00:00:00\"}");
    assertThat(Outcome.good("tables", "--lake=" + lake).out()).doesNotContain("gold/");
    Outcome.good("query", "--lake=" + lake, "--write", "users_joined_by_year");
    assertThat(Outcome.good("tables", "--lake=" + lake).out())
        .containsPattern(
            "users_joined_by_year +0 +1 +1 +\\d+ B +file:.*/gold/users_joined_by_year");
    Path orphan = lake.resolve("gold/users_joined_by_year/part-left.parquet");
    Files.writeString(orphan, "left");
    assertThat(Outcome.good("vacuum", "--lake=" + lake, "--olderThan=0s").out())
        .contains("part-left.parquet", "Removed: 1 file");
    assertThat(orphan).doesNotExist();
  }
}
