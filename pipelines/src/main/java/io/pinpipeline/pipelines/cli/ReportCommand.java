package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.report.Figures;
import io.pinpipeline.report.Report;
import io.pinpipeline.report.ReportPage;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a page of a lake. */
@Command(
    name = "report",
    description = {
      "Makes a page of a lake, one file of HTML that needs no network: the books, the answers to the"
          + " questions as charts and tables, some dead letters, and the tables' versions.",
      "The answers are computed anew, not taken from gold/."
    })
final class ReportCommand extends LakeCommand {

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE.html",
      description = "Where to write it: a file, or s3://bucket/name. An old one is replaced.")
  private String output;

  @Mixin private final RunnerOption runner = new RunnerOption();

  @Override
  void check(List<String> faults) {
    checkPage("--output", output, faults);
    runner.check(faults);
  }

  /** Adds what is wrong with the place for a page. */
  static void checkPage(String option, String page, List<String> faults) {
    try {
      if (!Location.parse(page).name().endsWith(".html")) {
        faults.add(
            option + ": " + page + " does not end with .html, so browsers would not show it");
      }
    } catch (IllegalArgumentException e) {
      faults.add(option + ": " + e.getMessage());
    }
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    LakeReport lakeReport = LakeReport.open(storage, lake);
    Set<Question> questions = lakeReport.answerable();
    List<Answer> answers =
        questions.isEmpty()
            ? List.of()
            : new QueryJob(storage, lake, beam().options()).answers(questions);
    Location file = Location.parse(output);
    long bytes = write(storage, file, lakeReport.with(answers));
    out().println(file + ", " + Figures.bytes(bytes));
    return 0;
  }

  /** Writes the page; its bytes. */
  static long write(Storage storage, Location file, Report report) throws IOException {
    byte[] page = ReportPage.render(report).getBytes(UTF_8);
    try (OutputStream out = new FinishedOutput(storage, file)) {
      out.write(page);
    }
    return page.length;
  }
}
