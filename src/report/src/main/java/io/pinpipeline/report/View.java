package io.pinpipeline.report;

import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.lake.run.Books;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the template says of a report, as text that is not yet escaped. Public for the template
 * alone.
 */
public final class View {

  /** So much of a rejected record is shown. */
  private static final int SHOWN_CHARACTERS = 480;

  /** So many are named in a sentence. */
  private static final int NAMED = 6;

  private final Report report;

  public View(Report report) {
    this.report = report;
  }

  public String number(Number number) {
    return Figures.number(number.longValue());
  }

  public String bytes(long bytes) {
    return Figures.bytes(bytes);
  }

  public String count(long count, String one) {
    return Figures.count(count, one);
  }

  public String time(Instant time) {
    return Figures.time(time);
  }

  /** How old something was when the report was made; clocks may differ a little. */
  public String age(Instant time) {
    Duration age = Duration.between(time, report.madeAt());
    return Figures.age(age.isNegative() ? Duration.ZERO : age);
  }

  /** As a share of all records that were read. */
  public String share(long part) {
    return Figures.share(part, report.total().read());
  }

  public String datasets() {
    return String.join(", ", report.books().keySet());
  }

  public List<Long> columns(Books books) {
    return List.of(books.read(), books.clean(), books.duplicates(), books.deadLetters());
  }

  public String reason(String code) {
    return Figures.reason(code);
  }

  public long rejected(String code) {
    return rejected(report.total(), code);
  }

  public long rejected(Books books, String code) {
    return books.deadLettersByCode().getOrDefault(code, 0L);
  }

  /** Whether a column counts something; years do not. */
  public boolean isNumber(Report.Answer answer, int column) {
    return answer.columns().get(column).type() != ColumnType.STRING
        && !answer.columns().get(column).path().endsWith("_year");
  }

  public String heading(Report.Answer answer, int column) {
    return Figures.words(answer.columns().get(column).path());
  }

  public String cell(Report.Answer answer, List<Object> row, int column) {
    return Figures.cell(answer.columns().get(column).path(), row.get(column));
  }

  /** The labels of all rows, which share the first place; how many where they are many. */
  public String fact(Report.Answer answer, Chart chart) {
    List<String> labels =
        answer.rows().stream().map(row -> row.get(chart.label()).toString()).toList();
    if (labels.size() > NAMED) {
      return Figures.number(labels.size()) + " countries share the first place";
    }
    int last = labels.size() - 1;
    return last == 0
        ? labels.get(0)
        : labels.stream().limit(last).collect(Collectors.joining(", "))
            + " and "
            + labels.get(last);
  }

  /** The beginning of a rejected record. What cannot be seen is shown as what cannot be read. */
  public String raw(DeadLetter letter) {
    String text = letter.rawText();
    return text.substring(0, text.length() - cut(letter))
        .replaceAll("[\\p{Cntrl}&&[^\n\t]]|[\u202A-\u202E\u2066-\u2069]", "\uFFFD");
  }

  /** How many characters of it are not shown. */
  public int cut(DeadLetter letter) {
    String text = letter.rawText();
    if (text.length() <= SHOWN_CHARACTERS) {
      return 0;
    }
    int end = SHOWN_CHARACTERS;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.length() - end;
  }

  /** Where it came from. */
  public String source(DeadLetter letter) {
    return "From "
        + letter.origin()
        + (letter.partition() == null ? "" : ", partition " + letter.partition())
        + (letter.partition() == null ? ", at byte " : ", offset ")
        + number(letter.offset())
        + ".";
  }
}
