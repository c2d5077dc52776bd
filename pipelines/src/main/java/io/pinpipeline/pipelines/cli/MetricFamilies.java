package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.pipelines.sink.DeltaSink;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.metrics.DistributionResult;
import org.apache.beam.sdk.metrics.GaugeResult;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;

/**
 * Beam's metrics as Prometheus has them. Those of our own are called {@code pinpipeline_...}, with
 * the dataset and the rejection code as labels; those of Beam's own parts {@code beam_...}, with
 * the step as a label. Milliseconds become seconds.
 */
final class MetricFamilies {

  private static final String MILLIS = "Millis";

  /**
   * One line of a family.
   *
   * @param factor of its values
   */
  private record Series(String family, Labels labels, double factor) {

    static Series of(String prefix, String measure, Labels labels) {
      boolean millis = measure.endsWith(MILLIS);
      String name =
          millis ? measure.substring(0, measure.length() - MILLIS.length()) + "Seconds" : measure;
      String snake =
          (prefix + "_" + name)
              .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
              .replaceAll("[^a-zA-Z0-9]+", "_")
              .toLowerCase(Locale.ROOT);
      return new Series(PrometheusNaming.sanitizeMetricName(snake), labels, millis ? 0.001 : 1);
    }

    static Series of(MetricResult<?> metric) {
      MetricName name = metric.getName();
      if (!name.getNamespace().equals(DeltaSink.METRICS)) {
        String namespace = name.getNamespace();
        return of(
            "beam_" + namespace.substring(namespace.lastIndexOf('.') + 1),
            name.getName(),
            Labels.of("step", metric.getKey().stepName()));
      }
      String[] parts = name.getName().split("\\.", 3);
      boolean ofDataset =
          parts.length > 1 && Datasets.all().stream().map(Dataset::name).anyMatch(parts[0]::equals);
      if (!ofDataset) {
        return of(DeltaSink.METRICS, name.getName(), Labels.EMPTY);
      }
      Labels labels = Labels.of("dataset", parts[0]);
      return of(
          DeltaSink.METRICS, parts[1], parts.length > 2 ? labels.add("code", parts[2]) : labels);
    }
  }

  private final Map<String, Map<Labels, Double>> counters = new TreeMap<>();
  private final Map<String, Map<Labels, Double>> gauges = new TreeMap<>();
  private final Map<String, Map<Labels, SummaryDataPointSnapshot>> summaries = new TreeMap<>();

  /** Adds what a pipeline has counted so far. */
  void add(MetricQueryResults metrics) {
    for (MetricResult<Long> counter : metrics.getCounters()) {
      add(counters, Series.of(counter), counter.getAttempted());
    }
    for (MetricResult<GaugeResult> gauge : metrics.getGauges()) {
      add(gauges, Series.of(gauge), gauge.getAttempted().getValue());
    }
    for (MetricResult<DistributionResult> distribution : metrics.getDistributions()) {
      add(Series.of(distribution), distribution.getAttempted());
    }
  }

  /** Adds one of our own. */
  void gauge(String measure, String dataset, long value) {
    add(gauges, Series.of(DeltaSink.METRICS, measure, Labels.of("dataset", dataset)), value);
  }

  /** Several steps may count the same. */
  private static void add(Map<String, Map<Labels, Double>> families, Series series, long value) {
    families
        .computeIfAbsent(series.family(), name -> new TreeMap<>())
        .merge(series.labels(), value * series.factor(), Double::sum);
  }

  private void add(Series series, DistributionResult distribution) {
    summaries
        .computeIfAbsent(series.family(), name -> new TreeMap<>())
        .put(
            series.labels(),
            SummaryDataPointSnapshot.builder()
                .labels(series.labels())
                .count(distribution.getCount())
                .sum(distribution.getSum() * series.factor())
                .build());
    if (distribution.getCount() > 0) {
      Series min = new Series(series.family() + "_min", series.labels(), series.factor());
      add(gauges, min, distribution.getMin());
      Series max = new Series(series.family() + "_max", series.labels(), series.factor());
      add(gauges, max, distribution.getMax());
    }
  }

  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    counters.forEach(
        (name, series) -> {
          CounterSnapshot.Builder family = CounterSnapshot.builder().name(name);
          series.forEach(
              (labels, value) ->
                  family.dataPoint(
                      CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
          all.metricSnapshot(family.build());
        });
    gauges.forEach(
        (name, series) -> {
          GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name);
          series.forEach(
              (labels, value) ->
                  family.dataPoint(
                      GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
          all.metricSnapshot(family.build());
        });
    summaries.forEach(
        (name, series) -> {
          SummarySnapshot.Builder family = SummarySnapshot.builder().name(name);
          series.values().forEach(family::dataPoint);
          all.metricSnapshot(family.build());
        });
    return all.build();
  }
}
