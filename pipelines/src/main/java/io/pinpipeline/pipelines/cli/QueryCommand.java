package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.sink.GoldTable;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers questions from the clean tables. */
@Command(
    name = "query",
    description = {
      "Answers questions from the clean tables of a lake.",
      "The questions are:",
      "  top_category_by_country, top_category_by_year, top_poster_by_country,"
          + " country_of_top_poster, top_category_by_age_group, median_followers_by_age_group,"
          + " users_joined_by_year, median_followers_by_join_year,"
          + " median_followers_by_join_year_and_age_group"
    })
final class QueryCommand extends LakeCommand {

  @Parameters(
      paramLabel = "QUESTION",
      arity = "0..*",
      description = "The questions to answer (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "How answers are printed: ${COMPLETION-CANDIDATES} (default: table).")
  private AnswerFormat format;

  @Option(
      names = "--write",
      description = "Stores each answer as the Delta table gold/QUESTION, in one commit each.")
  private boolean write;

  @Mixin private final RunnerOption runner = new RunnerOption();

  @Override
  void check(List<String> faults) {
    for (String name : names) {
      try {
        Question.named(name);
      } catch (IllegalArgumentException e) {
        faults.add("QUESTION: " + e.getMessage());
      }
    }
    runner.check(faults);
    if (format == AnswerFormat.csv && names.size() != 1) {
      faults.add("--format: csv has room for one table, so name one QUESTION");
    }
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    Set<Question> questions =
        names.isEmpty() ? EnumSet.allOf(Question.class) : EnumSet.noneOf(Question.class);
    names.forEach(name -> questions.add(Question.named(name)));
    List<Answer> answers = new QueryJob(storage, lake, beam().options()).answers(questions);
    format.print(answers, out());
    if (write) {
      store(storage, lake, answers, err());
    }
    return 0;
  }

  /** Stores each answer in {@code gold/}, and says so. */
  static void store(Storage storage, Lake lake, List<Answer> answers, PrintWriter err)
      throws IOException {
    for (Answer answer : answers) {
      long version = GoldTable.overwrite(storage, lake, answer);
      err.printf(
          Locale.ROOT,
          "%s version %d: %,d rows%n",
          lake.gold(answer.question().id()),
          version,
          answer.rows().size());
    }
  }
}
