package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.CountedDeadLetters;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.report.Report;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Gathers what a {@link Report} tells of a lake. */
final class LakeReport {

  private final Storage storage;
  private final Lake lake;
  private final Instant madeAt;
  private final Map<String, TableSnapshot> tables;

  private LakeReport(
      Storage storage, Lake lake, Instant madeAt, Map<String, TableSnapshot> tables) {
    this.storage = storage;
    this.lake = lake;
    this.madeAt = madeAt;
    this.tables = tables;
  }

  /**
   * Looks up the tables.
   *
   * @throws IOException if there are none
   */
  static LakeReport open(Storage storage, Lake lake) throws IOException {
    return new LakeReport(storage, lake, Instant.now(), LakeCommand.tables(storage, lake));
  }

  /** The questions whose tables are all there. */
  Set<Question> answerable() {
    return EnumSet.allOf(Question.class).stream()
        .filter(question -> missing(question).isEmpty())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Question.class)));
  }

  private List<String> missing(Question question) {
    return question.datasets().stream()
        .map(Dataset::name)
        .filter(name -> !tables.containsKey(name))
        .sorted()
        .toList();
  }

  /** With the answers to the {@linkplain #answerable() questions that have some}. */
  Report with(List<Answer> answers) throws IOException {
    Map<Question, Answer> byQuestion = new EnumMap<>(Question.class);
    answers.forEach(answer -> byQuestion.put(answer.question(), answer));
    Map<String, Books> books = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      if (tables.containsKey(dataset.name())) {
        books.put(dataset.name(), CleanTable.open(storage, lake, dataset).books());
      }
    }
    List<Report.Answer> shown = new ArrayList<>();
    for (Question question : Question.values()) {
      Answer answer = byQuestion.get(question);
      shown.add(
          new Report.Answer(
              question.id(),
              question.title(),
              question.schema().columns(),
              answer == null ? List.of() : answer.rows(),
              missing(question)));
    }
    return new Report(
        lake.location().uri(), madeAt, books, samples(books), shown, tablesAndAnswers());
  }

  /** A dead letter of each code that there are some of. */
  private List<DeadLetter> samples(Map<String, Books> books) throws IOException {
    TableSnapshot letters = tables.get(LakeCommand.DEAD_LETTERS);
    if (letters == null) {
      return List.of();
    }
    Set<String> codes =
        books.values().stream()
            .flatMap(of -> of.deadLettersByCode().keySet().stream())
            .collect(Collectors.toSet());
    Map<RejectionCode, DeadLetter> samples = new EnumMap<>(RejectionCode.class);
    List<String> columns = DeadLetterTable.SCHEMA.columns().stream().map(ColumnSpec::path).toList();
    try (TableReader rows = CountedDeadLetters.read(storage, lake, letters, columns)) {
      while (samples.size() < codes.size() && rows.next()) {
        for (int row = 0; row < rows.block().rows(); row++) {
          DeadLetter letter = DeadLetter.read(rows.block(), row);
          samples.putIfAbsent(letter.code(), letter);
        }
      }
    }
    return List.copyOf(samples.values());
  }

  private List<Report.Table> tablesAndAnswers() throws IOException {
    List<Report.Table> all = new ArrayList<>();
    for (Map.Entry<String, TableSnapshot> table : tables.entrySet()) {
      String name = table.getKey();
      all.add(table(name, LakeCommand.location(lake, name), table.getValue(), false));
    }
    for (Map.Entry<Question, TableSnapshot> gold : LakeCommand.answers(storage, lake).entrySet()) {
      Question question = gold.getKey();
      boolean outdated = false;
      for (Dataset<?> dataset : question.datasets()) {
        TableSnapshot source = tables.get(dataset.name());
        outdated |= source != null && source.committedAt().isAfter(gold.getValue().committedAt());
      }
      all.add(table(question.id(), lake.gold(question.id()), gold.getValue(), outdated));
    }
    return all;
  }

  private static Report.Table table(
      String name, Location location, TableSnapshot table, boolean outdated) throws IOException {
    return new Report.Table(
        name, location.uri(), table.version(), table.committedAt(), table.size(), outdated);
  }
}
