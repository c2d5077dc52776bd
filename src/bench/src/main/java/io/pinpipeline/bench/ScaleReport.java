package io.pinpipeline.bench;

import io.pinpipeline.bench.ScaleMeasurement.Sweep;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** What was measured of scale, as tables and a chart. */
final class ScaleReport {

  static final String TABLE = "scale.md";
  static final String CHART = "scale.svg";
  static final String MEASUREMENTS = "scale.csv";

  private static final double MEBI = 1 << 20;
  private static final int WIDTH = 960;
  private static final int HEIGHT = 420;
  private static final Color[] COLORS = {
    new Color(0xd9, 0x48, 0x41), new Color(0x5b, 0x7d, 0xb1), new Color(0x3f, 0x9b, 0x6e)
  };

  private final Machine machine;
  private final int rounds;
  private final List<ScaleMeasurement> measurements = new ArrayList<>();
  private final Verdict verdict = new Verdict();

  ScaleReport(Machine machine, int rounds) {
    this.machine = machine;
    this.rounds = rounds;
  }

  void add(ScaleMeasurement measurement) {
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

  /** Writes the tables, the chart, and each single measurement. */
  void write(Path folder) throws IOException {
    Files.write(folder.resolve(TABLE), lines());
    List<String> rows = new ArrayList<>();
    rows.add("sweep,amount,contestant,round,records,bytes,seconds,cpu_seconds,peak_bytes");
    for (ScaleMeasurement one : measurements) {
      rows.add(
          String.format(
              Locale.ROOT,
              "%s,%d,%s,%d,%d,%d,%.4f,%.2f,%d",
              one.sweep().name().toLowerCase(Locale.ROOT),
              one.amount(),
              one.contestant().label(),
              one.round(),
              one.posts().records(),
              one.posts().bytes(),
              one.seconds(),
              one.cpuSeconds(),
              one.peakBytes()));
    }
    Files.write(folder.resolve(MEASUREMENTS), rows);
    chart(folder.resolve(CHART));
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "clean, each time as a process of its own, from its start to its end. %d rounds in"
                + " turn, medians.",
            rounds));
    lines.add("");
    lines.add(machine.text());
    for (Sweep sweep : Sweep.values()) {
      List<ScaleMeasurement> of = of(sweep);
      if (!of.isEmpty()) {
        lines.add("");
        lines.add(text(sweep, of));
        lines.add("");
        lines.addAll(table(sweep));
        if (sweep == Sweep.POSTS) {
          lines.addAll(fits());
        }
      }
    }
    lines.add("");
    lines.addAll(verdict.lines("All runs on the same posts wrote the same rows and dead letters."));
    return lines;
  }

  private static String text(Sweep sweep, List<ScaleMeasurement> of) {
    BenchData posts = of.get(0).posts();
    String size =
        String.format(Locale.ROOT, "%,d records, %.0f MB", posts.records(), posts.bytes() / 1e6);
    return switch (sweep) {
      case POSTS -> "More and more posts, in one object a dataset; MB of JSON.";
      case CORES -> size + ", on some of the machine's cores.";
      case OBJECTS -> size + ", in more and more objects, on local disk.";
      case DISTANT ->
          String.format(
              Locale.ROOT,
              "%s, in more and more objects, on an S3 server (s3proxy, on the same cores) that"
                  + " answers after %d ms and sends %d MB/s a connection.",
              size,
              Distance.LATENCY_MILLIS,
              Distance.BYTES_A_SECOND / 1_000_000);
    };
  }

  private List<ScaleMeasurement> of(Sweep sweep) {
    return measurements.stream().filter(one -> one.sweep() == sweep).toList();
  }

  private Set<Contestant> contestants() {
    Set<Contestant> contestants = EnumSet.noneOf(Contestant.class);
    measurements.forEach(one -> contestants.add(one.contestant()));
    return contestants;
  }

  private List<String> table(Sweep sweep) {
    List<List<String>> rows = new ArrayList<>();
    List<String> titles = new ArrayList<>(List.of(sweep.title()));
    if (sweep == Sweep.POSTS) {
      titles.add("MB");
    }
    for (Contestant contestant : contestants()) {
      titles.addAll(List.of(contestant.label() + " s", "CPU s", "MiB"));
    }
    rows.add(titles);
    for (long amount :
        of(sweep).stream().mapToLong(ScaleMeasurement::amount).distinct().toArray()) {
      List<String> row = new ArrayList<>(List.of(String.format(Locale.ROOT, "%,d", amount)));
      if (sweep == Sweep.POSTS) {
        row.add(
            String.format(
                Locale.ROOT,
                "%,.0f",
                of(sweep).stream()
                        .filter(one -> one.amount() == amount)
                        .mapToLong(one -> one.posts().bytes())
                        .findFirst()
                        .orElse(0)
                    / 1e6));
      }
      for (Contestant contestant : contestants()) {
        row.add(format("%.2f", sweep, amount, contestant, ScaleMeasurement::seconds));
        row.add(format("%.1f", sweep, amount, contestant, ScaleMeasurement::cpuSeconds));
        row.add(format("%,.0f", sweep, amount, contestant, one -> one.peakBytes() / MEBI));
      }
      rows.add(row);
    }
    return Report.markdown(rows);
  }

  private String format(
      String form,
      Sweep sweep,
      long amount,
      Contestant contestant,
      ToDoubleFunction<ScaleMeasurement> value) {
    return String.format(Locale.ROOT, form, median(sweep, amount, contestant, value));
  }

  private double median(
      Sweep sweep, long amount, Contestant contestant, ToDoubleFunction<ScaleMeasurement> value) {
    return Median.of(
        of(sweep).stream()
            .filter(one -> one.amount() == amount && one.contestant() == contestant)
            .mapToDouble(value)
            .sorted()
            .toArray());
  }

  /** How well time goes with the input. */
  private List<String> fits() {
    List<String> lines = new ArrayList<>();
    long[] amounts =
        of(Sweep.POSTS).stream().mapToLong(ScaleMeasurement::amount).distinct().toArray();
    if (amounts.length < 3) {
      return lines;
    }
    long least = amounts[0];
    long most = amounts[amounts.length - 1];
    long before = amounts[amounts.length - 2];
    lines.add("");
    for (Contestant contestant : contestants()) {
      double last = median(Sweep.POSTS, most, contestant, ScaleMeasurement::seconds);
      double doubled = median(Sweep.POSTS, before, contestant, ScaleMeasurement::seconds);
      lines.add(
          String.format(
              Locale.ROOT,
              "- %s: %.2f s for %,d posts; the last doubling takes %.2f times as long, and %.2f s"
                  + " for each million posts that it adds.",
              contestant.title(),
              median(Sweep.POSTS, least, contestant, ScaleMeasurement::seconds),
              least,
              last / doubled,
              (last - doubled) / (most - before) * 1e6));
    }
    return lines;
  }

  private void chart(Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Posts cleaned to Delta, whole process")
            .xAxisTitle("million posts")
            .yAxisTitle("seconds")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setSeriesColors(COLORS);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setYAxisMin(0.0);
    double[] amounts =
        of(Sweep.POSTS).stream().mapToDouble(ScaleMeasurement::amount).distinct().toArray();
    for (Contestant contestant : contestants()) {
      chart.addSeries(
          contestant.label(),
          Arrays.stream(amounts).map(amount -> amount / 1e6).toArray(),
          Arrays.stream(amounts)
              .map(
                  amount ->
                      median(Sweep.POSTS, (long) amount, contestant, ScaleMeasurement::seconds))
              .toArray());
    }
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
