package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.LakeBooks;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanRun;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All that is done each day, one after the other in one process. */
@Command(
    name = "run-batch",
    description = {
      "Does what a scheduled batch does, in one process: clean, books, query --write, vacuum.",
      "It stops at the first step that fails, and says which; done again, it goes on."
    })
final class RunBatchCommand extends LakeCommand {

  @Mixin private final InputOptions input = new InputOptions();

  @Option(
      names = "--fullRefresh",
      description = "Builds the tables anew from all of the input, in one commit each.")
  private boolean fullRefresh;

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
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    List<Step> steps =
        List.of(
            new Step("clean", () -> clean(storage, lake)),
            new Step("books", () -> checkBooks(storage, lake)),
            new Step("query", () -> query(storage, lake)),
            new Step("vacuum", () -> VacuumCommand.vacuum(storage, lake, age, out(), err())));
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

  private void query(Storage storage, Lake lake) throws IOException {
    QueryCommand.store(
        storage,
        lake,
        new QueryJob(storage, lake, beam().options()).answers(EnumSet.allOf(Question.class)),
        out());
  }
}
