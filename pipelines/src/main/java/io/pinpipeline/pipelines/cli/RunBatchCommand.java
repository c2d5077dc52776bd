package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.LakeBooks;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanRun;
import io.pinpipeline.report.Figures;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All that is done each day, one after the other in one process. */
@Command(
    name = "run-batch",
    description = {
      "Does what a scheduled batch does, in one process: clean, books, query --write, report, vacuum.",
      "It stops at the first step that fails, and says which; done again, it goes on."
    })
final class RunBatchCommand extends LakeCommand {

  @Mixin private final InputOptions input = new InputOptions();

  @Option(
      names = "--fullRefresh",
      description = "Builds the tables anew from all of the input, in one commit each.")
  private boolean fullRefresh;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Where the report goes: a file, or s3://bucket/name. Without it there is none.")
  private @Nullable String report;

  @Mixin private final WriteOptions write = new WriteOptions();
  @Mixin private final AgeOption age = new AgeOption();

  /** A part of the batch. */
  private record Step(String name, Work work) {}

  @FunctionalInterface
  private interface Work {

    void run() throws IOException;
  }

  @Override
  void check(List<String> faults) {
    input.check(faults);
    write.check(faults);
    age.check(faults);
    if (report != null) {
      ReportCommand.checkPage("--report", report, faults);
    }
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    List<Answer> answers = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("clean", () -> clean(storage, lake)));
    steps.add(new Step("books", () -> checkBooks(storage, lake)));
    steps.add(new Step("query", () -> answers.addAll(query(storage, lake))));
    if (report != null) {
      Location page = Location.parse(report);
      steps.add(new Step("report", () -> report(storage, lake, answers, page)));
    }
    steps.add(new Step("vacuum", () -> VacuumCommand.vacuum(storage, lake, age, out(), err())));
    for (int i = 0; i < steps.size(); i++) {
      String place = "step " + (i + 1) + " of " + steps.size() + ", " + steps.get(i).name();
      out().println((i == 0 ? "" : System.lineSeparator()) + place);
      try {
        steps.get(i).work().run();
      } catch (IOException | RuntimeException e) {
        throw new IOException(
            "The batch stopped at " + place + ": " + Failures.message(e).strip(), e);
      }
    }
    return 0;
  }

  private void clean(Storage storage, Lake lake) throws IOException {
    CleanRun run =
        CleanRun.plan(
            storage,
            CleanCommand.request(lake, input, Datasets.all(), fullRefresh, write),
            RunId.beginning(Instant.now()));
    new CleanJob(storage, lake, beam().options(), out(), err()).run(run);
  }

  private void checkBooks(Storage storage, Lake lake) throws IOException {
    List<LakeBooks> books = BooksCommand.read(storage, lake);
    BooksCommand.print(books, out());
    BooksCommand.requireAgreement(books);
  }

  private List<Answer> query(Storage storage, Lake lake) throws IOException {
    List<Answer> answers =
        new QueryJob(storage, lake, beam().options()).answers(EnumSet.allOf(Question.class));
    QueryCommand.store(storage, lake, answers, out());
    return answers;
  }

  private void report(Storage storage, Lake lake, List<Answer> answers, Location page)
      throws IOException {
    long bytes = ReportCommand.write(storage, page, LakeReport.open(storage, lake).with(answers));
    out().println(page + ", " + Figures.bytes(bytes));
  }
}
