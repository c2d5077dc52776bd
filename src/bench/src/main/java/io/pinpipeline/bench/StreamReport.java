package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.job.Broker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured of streams, as tables. */
final class StreamReport {

  static final String TABLE = "streams.md";
  static final String MEASUREMENTS = "streams.csv";

  private static final double MEBI = 1 << 20;

  private final Machine machine;
  private final BenchData data;
  private final int rounds;
  private final int warmups;
  private final Map<Contestant, List<Measurement>> measurements = new EnumMap<>(Contestant.class);
  private final Verdict verdict = new Verdict();
  private final List<Latency> latencies = new ArrayList<>();

  StreamReport(Machine machine, BenchData data, int rounds, int warmups) {
    this.machine = machine;
    this.data = data;
    this.rounds = rounds;
    this.warmups = warmups;
  }

  void add(Measurement measurement) {
    measurements
        .computeIfAbsent(measurement.contestant(), any -> new ArrayList<>())
        .add(measurement);
  }

  void add(Latency latency) {
    latencies.add(latency);
  }

  /** Whose results are wrong. */
  Verdict verdict() {
    return verdict;
  }

  /** The median of its records in a second. */
  double perSecond(Contestant contestant) {
    return data.records() / median(contestant, Measurement::seconds);
  }

  private double median(Contestant contestant, ToDoubleFunction<Measurement> value) {
    return Median.of(values(contestant, value));
  }

  private double[] values(Contestant contestant, ToDoubleFunction<Measurement> value) {
    return measurements.getOrDefault(contestant, List.of()).stream()
        .mapToDouble(value)
        .sorted()
        .toArray();
  }

  void print(PrintWriter out) {
    out.println();
    lines().forEach(out::println);
  }

  /** Writes the tables, and each single measurement. */
  void write(Path folder) throws IOException {
    Files.write(folder.resolve(TABLE), lines());
    List<String> rows = new ArrayList<>();
    rows.add("contestant,round,seconds,cpu_seconds,peak_bytes");
    measurements.forEach(
        (contestant, of) ->
            of.forEach(
                one ->
                    rows.add(
                        String.format(
                            Locale.ROOT,
                            "%s,%d,%.4f,%.2f,%d",
                            contestant.label(),
                            one.round(),
                            one.seconds(),
                            one.cpuSeconds(),
                            one.peakBytes()))));
    Files.write(folder.resolve(MEASUREMENTS), rows);
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d pins, %.0f MB of JSON, from a broker on the same machine to snappy Parquet, a"
                + " commit every %d s. %d rounds in turn, medians (least–most), after %d rounds"
                + " in the same process.",
            data.records(),
            data.bytes() / 1e6,
            Broker.COMMIT_SECONDS,
            rounds,
            warmups));
    lines.add("");
    lines.add(machine.text());
    lines.add("");
    lines.addAll(rates());
    lines.addAll(ratios());
    if (!latencies.isEmpty()) {
      lines.add("");
      lines.addAll(latencyTable());
    }
    lines.add("");
    lines.addAll(verdict.lines("All wrote the rows that they have to."));
    return lines;
  }

  private List<String> rates() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("stream", "s", "pins/s", "MB/s", "CPU s", "peak MiB"));
    for (Contestant contestant : measurements.keySet()) {
      double[] all = values(contestant, Measurement::seconds);
      double seconds = median(contestant, Measurement::seconds);
      rows.add(
          List.of(
              verdict.title(contestant),
              String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", seconds, all[0], all[all.length - 1]),
              String.format(Locale.ROOT, "%,.0f", perSecond(contestant)),
              String.format(Locale.ROOT, "%,.0f", data.bytes() / 1e6 / seconds),
              String.format(Locale.ROOT, "%.1f", median(contestant, Measurement::cpuSeconds)),
              String.format(
                  Locale.ROOT, "%,.0f", median(contestant, Measurement::peakBytes) / MEBI)));
    }
    return Report.markdown(rows);
  }

  /** How many times as fast ours are as each of the others. */
  private List<String> ratios() {
    List<Contestant> ours = measured(true);
    List<Contestant> others = measured(false);
    if (ours.isEmpty() || others.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> titles = new ArrayList<>(List.of("times as fast as"));
    others.forEach(other -> titles.add(other.title()));
    rows.add(titles);
    for (Contestant one : ours) {
      List<String> row = new ArrayList<>(List.of(one.title()));
      others.forEach(
          other -> row.add(String.format(Locale.ROOT, "%.2f", perSecond(one) / perSecond(other))));
      rows.add(row);
    }
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(Report.markdown(rows));
    return lines;
  }

  private List<Contestant> measured(boolean ours) {
    return measurements.keySet().stream()
        .filter(one -> (one.group() == Group.OURS) == ours)
        .toList();
  }

  private List<String> latencyTable() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        Arrays.asList(
            "from sent to visible",
            "asked pins/s",
            "sent pins/s",
            "p50 s",
            "p95 s",
            "p99 s",
            "most s"));
    for (Latency latency : latencies) {
      List<String> row = new ArrayList<>();
      row.add(latency.contestant().title());
      row.add(String.format(Locale.ROOT, "%,.0f", latency.asked()));
      row.add(String.format(Locale.ROOT, "%,.0f", latency.sent()));
      for (double share : new double[] {0.5, 0.95, 0.99, 1}) {
        row.add(String.format(Locale.ROOT, "%.2f", latency.percentile(share) / 1e3));
      }
      rows.add(row);
    }
    return Report.markdown(rows);
  }
}
