package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.QueryPipeline;
import io.pinpipeline.pipelines.sink.GoldTable;
import io.pinpipeline.pipelines.source.DeltaSource;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--runner",
      paramLabel = "ENGINE",
      description = "The engine to run on (default: the one this bundle is made for).")
  private @Nullable String runner;

  @Override
  void check(List<String> faults) {
    for (String name : names) {
      try {
        Question.named(name);
      } catch (IllegalArgumentException e) {
        faults.add("QUESTION: " + e.getMessage());
      }
    }
    String engine = BeamArguments.engine();
    if (runner != null
        && !runner.toLowerCase(Locale.ROOT).replaceAll("runner$", "").equals(engine)) {
      faults.add("--runner: this bundle runs on " + engine + ", not on " + runner);
    }
    if (format == AnswerFormat.csv && names.size() != 1) {
      faults.add("--format: csv has room for one table, so name one QUESTION");
    }
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    Set<Question> questions =
        names.isEmpty() ? EnumSet.allOf(Question.class) : EnumSet.noneOf(Question.class);
    names.forEach(name -> questions.add(Question.named(name)));
    Map<Dataset<?>, TableSnapshot> tables = tables(storage, lake, questions);
    List<Answer> answers = answers(storage, lake, questions, tables);
    format.print(answers, out());
    if (write) {
      for (Answer answer : answers) {
        long version = GoldTable.overwrite(storage, lake, answer);
        err()
            .printf(
                Locale.ROOT,
                "%s version %d: %,d rows%n",
                lake.gold(answer.question().id()),
                version,
                answer.rows().size());
      }
    }
    return 0;
  }

  private static Map<Dataset<?>, TableSnapshot> tables(
      Storage storage, Lake lake, Collection<Question> questions) throws IOException {
    Set<Dataset<?>> needed = new LinkedHashSet<>();
    questions.forEach(question -> needed.addAll(question.datasets()));
    Map<Dataset<?>, TableSnapshot> tables = new LinkedHashMap<>();
    for (Dataset<?> dataset : needed) {
      tables.put(
          dataset,
          DeltaTable.at(storage, lake.silver(dataset.name()))
              .latest()
              .orElseThrow(
                  () ->
                      new IOException(
                          "There is no table "
                              + lake.silver(dataset.name())
                              + ". Make it with: pinpipeline clean --input=... --lake="
                              + lake.location())));
    }
    return tables;
  }

  private List<Answer> answers(
      Storage storage, Lake lake, Set<Question> questions, Map<Dataset<?>, TableSnapshot> tables)
      throws IOException {
    PipelineOptions options = beam().options();
    BeamArguments.prepare(options);
    String temporary = options.getTempLocation();
    Location file =
        Location.parse(temporary == null ? System.getProperty("java.io.tmpdir") : temporary)
            .resolve("pinpipeline-answers-" + RunId.beginning(Instant.now()));
    Pipeline pipeline = Pipeline.create(options);
    QueryPipeline.build(pipeline, DeltaSource.of(lake, questions, tables), questions, file);
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IOException("The query ended as " + state + ". Ask again.");
    }
    Map<Question, Answer> answers = new EnumMap<>(Question.class);
    questions.forEach(question -> answers.put(question, new Answer(question, List.of())));
    try {
      QueryPipeline.read(storage, file).forEach(answer -> answers.put(answer.question(), answer));
    } catch (NoSuchFileException e) {
      throw new IOException(
          "The workers have put the answers where this process cannot see them, at "
              + file
              + ". Name a place that all of them reach: --tempLocation=s3://bucket/prefix",
          e);
    }
    storage.delete(file);
    return List.copyOf(answers.values());
  }
}
