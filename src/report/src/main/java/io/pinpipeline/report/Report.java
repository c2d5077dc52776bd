package io.pinpipeline.report;

import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.lake.delta.TableSize;
import io.pinpipeline.lake.run.Books;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a page tells of a lake.
 *
 * @param lake where the lake is
 * @param madeAt when all of this was looked up
 * @param books what became of the records of each dataset that has a table
 * @param samples some dead letters, to show what they look like
 * @param answers to the questions, in any order
 * @param tables those of the lake, in the order to show them in
 */
public record Report(
    String lake,
    Instant madeAt,
    Map<String, Books> books,
    List<DeadLetter> samples,
    List<Answer> answers,
    List<Table> tables) {

  /**
   * The answer to a question.
   *
   * @param id the question's name; {@link Chart} knows how to show it
   * @param title what is asked, in words
   * @param columns of the answer
   * @param rows in order; texts and numbers
   * @param missing the tables that it is asked of and that are not there; there are no rows then
   */
  public record Answer(
      String id,
      String title,
      List<ColumnSpec> columns,
      List<List<Object>> rows,
      List<String> missing) {

    public Answer {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
      missing = List.copyOf(missing);
    }
  }

  /**
   * A table of the lake.
   *
   * @param name as people see it
   * @param location where it is
   * @param version the last one
   * @param committedAt when that was committed
   * @param size how large it is
   * @param outdated whether the tables that it was made from have changed since
   */
  public record Table(
      String name,
      String location,
      long version,
      Instant committedAt,
      TableSize size,
      boolean outdated) {}

  public Report {
    books = Collections.unmodifiableMap(new LinkedHashMap<>(books));
    samples = List.copyOf(samples);
    answers = List.copyOf(answers);
    tables = List.copyOf(tables);
  }

  /** The books of all datasets together. */
  public Books total() {
    return books.values().stream().reduce(Books.NONE, Books::plus);
  }

  /** Whether each record that was read is in the books of its dataset once. */
  public boolean balances() {
    return books.values().stream().allMatch(Books::balance);
  }

  /** The rejection codes that occur, the most frequent first. */
  public List<String> codes() {
    Map<String, Long> counts = total().deadLettersByCode();
    List<String> codes = new ArrayList<>(counts.keySet());
    codes.sort((a, b) -> Long.compare(counts.getOrDefault(b, 0L), counts.getOrDefault(a, 0L)));
    return codes;
  }

  /** When the last commit to any of the tables was. */
  public Optional<Instant> lastCommit() {
    return tables.stream().map(Table::committedAt).max(Instant::compareTo);
  }

  /** The answers in the order of {@link Chart}; those that it does not know come last. */
  public List<Answer> answersInOrder() {
    List<Answer> ordered = new ArrayList<>(answers);
    ordered.sort((a, b) -> Chart.of(a.id()).compareTo(Chart.of(b.id())));
    return ordered;
  }
}
