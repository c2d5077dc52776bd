package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.QueryPipeline;
import io.pinpipeline.pipelines.source.DeltaSource;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** Asks questions of the clean tables of a lake. */
final class QueryJob {

  private final Storage storage;
  private final Lake lake;
  private final PipelineOptions options;

  QueryJob(Storage storage, Lake lake, PipelineOptions options) {
    this.storage = storage;
    this.lake = lake;
    this.options = options;
  }

  /** The answers, in the order of the questions. */
  List<Answer> answers(Set<Question> questions) throws IOException {
    Map<Dataset<?>, TableSnapshot> tables = tables(questions);
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

  private Map<Dataset<?>, TableSnapshot> tables(Collection<Question> questions) throws IOException {
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
}
