package io.pinpipeline.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What was measured of the questions, as tables. */
final class QueryReport {

  static final String TABLE = "queries.md";
  static final String MEASUREMENTS = "queries.csv";

  private static final double MEBI = 1 << 20;

  private final Machine machine;
  private final long posts;
  private final int rounds;
  private final int warmups;
  private final List<Measurement> measurements = new ArrayList<>();
  private final Verdict verdict = new Verdict();

  QueryReport(Machine machine, long posts, int rounds, int warmups) {
    this.machine = machine;
    this.posts = posts;
    this.rounds = rounds;
    this.warmups = warmups;
  }

  void add(Measurement measurement) {
    measurements.add(measurement);
  }

  /** Whose results are wrong. */
  Verdict verdict() {
    return verdict;
  }

  void print(PrintWriter out) {
    out.println();
    lines().forEach(out::println);
  }

  /** Writes the tables, and each single measurement. */
  void write(Path folder) throws IOException {
    Files.write(folder.resolve(TABLE), lines());
    Files.write(folder.resolve(MEASUREMENTS), Measurement.csv(measurements));
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "All questions, asked at once of the clean tables of %,d posts. %d rounds in turn,"
                + " medians (least–most); warm after %d rounds in the same process. Ratios are to"
                + " DuckDB: below 1 is faster, or less.",
            posts,
            rounds,
            warmups));
    lines.add("");
    lines.add(machine.text());
    for (boolean cold : new boolean[] {true, false}) {
      if (measurements.stream().anyMatch(one -> one.cold() == cold)) {
        lines.add("");
        lines.addAll(table(cold));
      }
    }
    lines.add("");
    lines.addAll(verdict.lines("All had the same answers, row by row."));
    return lines;
  }

  private List<String> table(boolean cold) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(cold ? "cold, whole process" : "warm", "s", "ratio", "CPU s", "ratio", "peak MiB"));
    for (Contestant contestant : Contestant.values()) {
      double[] seconds = values(contestant, cold, Measurement::seconds);
      if (seconds.length > 0) {
        rows.add(
            List.of(
                verdict.title(contestant),
                String.format(
                    Locale.ROOT,
                    "%.2f (%.2f–%.2f)",
                    Median.of(seconds),
                    seconds[0],
                    seconds[seconds.length - 1]),
                ratio(contestant, cold, Measurement::seconds),
                String.format(
                    Locale.ROOT,
                    "%.1f",
                    Median.of(values(contestant, cold, Measurement::cpuSeconds))),
                ratio(contestant, cold, Measurement::cpuSeconds),
                String.format(
                    Locale.ROOT,
                    "%,.0f",
                    Median.of(values(contestant, cold, Measurement::peakBytes)) / MEBI)));
      }
    }
    return Report.markdown(rows);
  }

  private String ratio(Contestant contestant, boolean cold, ToDoubleFunction<Measurement> value) {
    double[] duckDb = values(Contestant.DUCKDB, cold, value);
    return duckDb.length == 0
        ? ""
        : String.format(
            Locale.ROOT, "%.2f", Median.of(values(contestant, cold, value)) / Median.of(duckDb));
  }

  private double[] values(
      Contestant contestant, boolean cold, ToDoubleFunction<Measurement> value) {
    return measurements.stream()
        .filter(one -> one.contestant() == contestant && one.cold() == cold)
        .mapToDouble(value)
        .sorted()
        .toArray();
  }
}
