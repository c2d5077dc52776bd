package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws how many records a second each contestant cleans. */
final class Chart {

  private static final int WIDTH = 960;
  private static final int HEIGHT = 420;
  private static final Color WARM = new Color(0xd9, 0x48, 0x41);
  private static final Color COLD = new Color(0x5b, 0x7d, 0xb1);

  private final Report report;
  private final BenchData data;

  Chart(Report report, BenchData data) {
    this.report = report;
    this.data = data;
  }

  /** Writes it as SVG. */
  void write(Path file) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Posts cleaned to Parquet, thousand records a second (more is better)")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setLabelsPosition(1);
    chart.getStyler().setXAxisLabelRotation(0);
    chart.getStyler().setYAxisDecimalPattern("#,##0");
    chart.getStyler().setSeriesColors(new Color[] {WARM, COLD});
    add(chart, "warm", false);
    add(chart, "cold, whole process", true);
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }

  private void add(CategoryChart chart, String name, boolean cold) {
    List<String> titles = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    boolean any = false;
    for (Contestant contestant : report.contestants()) {
      if (contestant.group() == Group.FLOOR) {
        continue; // it does a part of the job, in so little time that the others would look alike
      }
      OptionalDouble seconds = report.seconds(contestant, cold);
      any |= seconds.isPresent();
      titles.add(contestant.label());
      rates.add(
          seconds.isPresent()
              ? (double) Math.round(data.records() / seconds.getAsDouble() / 1000)
              : 0.0);
    }
    if (any) {
      chart.addSeries(name, titles, rates);
    }
  }
}
