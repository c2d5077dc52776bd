package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.UnboundedRun;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.jspecify.annotations.Nullable;

/**
 * Serves the metrics of an unbounded run to Prometheus, on this machine only: what the pipeline
 * counts, and how far behind the topics it is.
 */
final class MetricsServer implements Closeable {

  private static final long LAG_SECONDS = 5;

  private final HTTPServer server;
  private final ScheduledExecutorService lagging =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lag");
            thread.setDaemon(true);
            return thread;
          });
  private volatile UnboundedRun.@Nullable Meter meter;
  private volatile @Nullable PipelineResult result;
  private volatile Map<String, Long> lag = Map.of();
  private volatile Map<String, Long> unread = Map.of();

  private MetricsServer(int port) throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(this::collect);
    try {
      server =
          HTTPServer.builder().hostname("127.0.0.1").port(port).registry(registry).buildAndStart();
    } catch (IOException e) {
      throw new IOException(
          "Cannot serve metrics on port "
              + port
              + " of 127.0.0.1: "
              + e.getMessage()
              + ". Stop what uses it, or give another --metricsPort.",
          e);
    }
  }

  /**
   * Serves {@code /metrics}.
   *
   * @param port 0 takes a free one
   * @throws IOException if the port is taken
   */
  static MetricsServer start(int port) throws IOException {
    return new MetricsServer(port);
  }

  int port() {
    return server.getPort();
  }

  /**
   * Tells of this run from now on, which may be one that goes on with another.
   *
   * @throws IOException if what it reads from cannot be asked
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it catches what it throws
  synchronized void show(PipelineResult of, UnboundedRun run, Storage storage) throws IOException {
    result = of;
    UnboundedRun.Meter before = meter;
    meter = run.meter(storage);
    if (before == null) {
      lagging.scheduleWithFixedDelay(this::ask, 0, LAG_SECONDS, TimeUnit.SECONDS);
    } else {
      before.close();
    }
  }

  private void ask() {
    UnboundedRun.Meter asked = meter;
    if (asked == null) {
      return;
    }
    try {
      lag = asked.lag();
      Map<String, Long> partitions = new HashMap<>();
      lag.keySet().forEach(dataset -> partitions.put(dataset, 0L));
      asked.unread().values().forEach(dataset -> partitions.merge(dataset, 1L, Long::sum));
      unread = partitions;
    } catch (IOException | RuntimeException e) {
      lag = Map.of(); // it is not known, so there is none to show
      unread = Map.of();
    }
  }

  private MetricSnapshots collect() {
    MetricFamilies families = new MetricFamilies();
    UnboundedRun.Meter asked = meter;
    if (asked != null) {
      lag.forEach((dataset, behind) -> families.gauge(asked.measure(), dataset, behind));
    }
    unread.forEach(
        (dataset, partitions) -> families.gauge("unreadPartitions", dataset, partitions));
    PipelineResult running = result;
    if (running != null) {
      families.add(running.metrics().queryMetrics(MetricsFilter.builder().build()));
    }
    return families.snapshots();
  }

  @Override
  public synchronized void close() {
    server.close();
    lagging.shutdownNow();
    UnboundedRun.Meter asked = meter;
    if (asked != null) {
      asked.close();
    }
  }
}
