package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** What was measured, as tables and a chart. */
final class Report {

  static final String TABLE = "benchmark.md";
  static final String CHART = "benchmark.svg";
  static final String MEASUREMENTS = "measurements.csv";

  private static final double MEBI = 1 << 20;

  private final Machine machine;
  private final BenchData data;
  private final long posts;
  private final int rounds;
  private final int warmups;
  private final List<Measurement> measurements = new ArrayList<>();
  private final Verdict verdict = new Verdict();

  Report(Machine machine, BenchData data, long posts, int rounds, int warmups) {
    this.machine = machine;
    this.data = data;
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

  /** Prints the tables for people at a terminal. */
  void print(PrintWriter out) {
    out.println();
    lines().forEach(out::println);
  }

  /** Writes the tables, the chart, and each single measurement. */
  void write(Path folder) throws IOException {
    Files.write(folder.resolve(TABLE), lines());
    Files.write(folder.resolve(MEASUREMENTS), Measurement.csv(measurements));
    new Chart(this, data).write(folder.resolve(CHART));
  }

  /** Who has been measured, in the order of the contestants. */
  List<Contestant> contestants() {
    return Arrays.stream(Contestant.values())
        .filter(one -> measurements.stream().anyMatch(measured -> measured.contestant() == one))
        .toList();
  }

  /** The median of the seconds of a contestant; empty if it was not measured so. */
  OptionalDouble seconds(Contestant contestant, boolean cold) {
    return median(contestant, cold, Measurement::seconds);
  }

  private OptionalDouble median(
      Contestant contestant, boolean cold, ToDoubleFunction<Measurement> value) {
    double[] values = values(contestant, cold, value);
    return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Median.of(values));
  }

  private double[] values(
      Contestant contestant, boolean cold, ToDoubleFunction<Measurement> value) {
    return measurements.stream()
        .filter(one -> one.contestant() == contestant && one.cold() == cold)
        .mapToDouble(value)
        .sorted()
        .toArray();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d posts: %,d records, %.0f MB of JSON, snappy Parquet out. %d rounds in turn, medians"
                + " (least–most); warm after %d rounds in the same process.",
            posts,
            data.records(),
            data.bytes() / 1e6,
            rounds,
            warmups));
    lines.add("");
    lines.add(machine.text());
    for (boolean cold : new boolean[] {false, true}) {
      if (measurements.stream().anyMatch(one -> one.cold() == cold)) {
        lines.add("");
        lines.addAll(table(cold));
      }
    }
    for (boolean cold : new boolean[] {false, true}) {
      lines.addAll(ratios(cold));
    }
    lines.add("");
    lines.addAll(
        verdict.lines(
            "All wrote the same rows and dead letters; the floors do a part of the job."));
    return lines;
  }

  private List<String> table(boolean cold) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            cold ? "cold, whole process" : "warm", "s", "records/s", "MB/s", "CPU s", "peak MiB"));
    for (Contestant contestant : contestants()) {
      OptionalDouble seconds = seconds(contestant, cold);
      if (seconds.isPresent()) {
        double[] all = values(contestant, cold, Measurement::seconds);
        rows.add(
            List.of(
                verdict.title(contestant),
                String.format(
                    Locale.ROOT,
                    "%.2f (%.2f–%.2f)",
                    seconds.getAsDouble(),
                    all[0],
                    all[all.length - 1]),
                String.format(Locale.ROOT, "%,.0f", data.records() / seconds.getAsDouble()),
                String.format(Locale.ROOT, "%,.0f", data.bytes() / 1e6 / seconds.getAsDouble()),
                String.format(
                    Locale.ROOT,
                    "%.1f",
                    median(contestant, cold, Measurement::cpuSeconds).orElse(0)),
                String.format(
                    Locale.ROOT,
                    "%,.0f",
                    median(contestant, cold, Measurement::peakBytes).orElse(0) / MEBI)));
      }
    }
    return markdown(rows);
  }

  /** How many times as fast ours are as each of the others. */
  private List<String> ratios(boolean cold) {
    List<Contestant> ours = measured(Group.OURS, cold);
    List<Contestant> others = new ArrayList<>(measured(Group.PEER, cold));
    others.addAll(measured(Group.LIMIT, cold));
    if (ours.isEmpty() || others.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    titles.add((cold ? "cold" : "warm") + ", times as fast as");
    others.forEach(other -> titles.add(other.title()));
    rows.add(titles);
    for (Contestant one : ours) {
      List<String> row = new ArrayList<>(List.of(one.title()));
      for (Contestant other : others) {
        row.add(
            String.format(
                Locale.ROOT,
                "%.2f",
                seconds(other, cold).orElse(0) / seconds(one, cold).orElse(1)));
      }
      rows.add(row);
    }
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(markdown(rows));
    double[] all = ours.stream().mapToDouble(one -> seconds(one, cold).orElse(0)).toArray();
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "The dearest engine takes %.2f times as long as the cheapest.",
            Arrays.stream(all).max().orElse(0) / Arrays.stream(all).min().orElse(1)));
    return lines;
  }

  private List<Contestant> measured(Group group, boolean cold) {
    return contestants().stream()
        .filter(one -> one.group() == group && seconds(one, cold).isPresent())
        .toList();
  }

  /** A table whose first row is its titles, with columns as wide as they need. */
  static List<String> markdown(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder("|");
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(widths[column] - cell.length());
        line.append(' ').append(column == 0 ? cell + blanks : blanks + cell).append(" |");
      }
      lines.add(line.toString());
    }
    StringBuilder rule = new StringBuilder("|");
    for (int column = 0; column < widths.length; column++) {
      rule.append(" ").append("-".repeat(widths[column] - 1)).append(column == 0 ? "- |" : ": |");
    }
    lines.add(1, rule.toString());
    return lines;
  }
}
