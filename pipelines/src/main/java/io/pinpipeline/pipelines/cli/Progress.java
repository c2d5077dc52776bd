package io.pinpipeline.pipelines.cli;

import io.pinpipeline.pipelines.sink.DeltaSink;
import io.pinpipeline.report.Figures;
import io.pinpipeline.transforms.Deduplicate;
import java.io.Closeable;
import java.io.PrintWriter;
import java.util.Locale;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.joda.time.Duration;

/**
 * Tells how far a run is: on a terminal in one line that changes, elsewhere in a line now and then.
 */
final class Progress implements Closeable {

  /** Set by the launcher where standard error is a terminal. */
  private static final String TERMINAL_PROPERTY = "pinpipeline.terminal";

  private static final Duration TERMINAL_PERIOD = Duration.millis(500);
  private static final Duration LOG_PERIOD = Duration.standardSeconds(30);

  private final PipelineResult result;
  private final long bytes;
  private final PrintWriter err;
  private final boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
  private final long begun = System.nanoTime();

  /**
   * Follows a run.
   *
   * @param bytes how many bytes of records it has to read; 0 where that is not known
   */
  Progress(PipelineResult result, long bytes, PrintWriter err) {
    this.result = result;
    this.bytes = bytes;
    this.err = err;
  }

  /** Waits for the end of the run, and how it ended. */
  PipelineResult.State await() {
    while (true) {
      PipelineResult.State state = result.waitUntilFinish(terminal ? TERMINAL_PERIOD : LOG_PERIOD);
      if (state != null && state.isTerminal()) {
        return state;
      }
      show();
    }
  }

  private void show() {
    long keyBytes = counted(Deduplicate.METRICS, Deduplicate.BYTES);
    long written = counted(DeltaSink.METRICS, DeltaSink.BYTES);
    long records = counted(DeltaSink.METRICS, DeltaSink.RECORDS);
    double seconds = (System.nanoTime() - begun) / 1e9;
    String line =
        written == 0
            ? String.format(
                Locale.ROOT,
                "finding repeats: %s, %.0f MB/s",
                Figures.bytes(keyBytes),
                keyBytes / seconds / 1e6)
            : String.format(
                Locale.ROOT,
                "writing: %,d records, %s, %.0f MB/s",
                records,
                Figures.bytes(written),
                written / seconds / 1e6);
    // the input is read twice, once for its keys
    long done = keyBytes + written;
    if (bytes > 0 && done > 0) {
      long all = 2 * bytes;
      line +=
          String.format(
              Locale.ROOT,
              ", %.0f %% of the run, about %.0f s left",
              100.0 * Math.min(done, all) / all,
              seconds * Math.max(0, all - done) / done);
    }
    if (terminal) {
      err.print("\r\u001b[K" + line);
      err.flush();
    } else {
      err.println(line);
    }
  }

  private long counted(String namespace, String counter) {
    MetricQueryResults counters =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(namespace, counter))
                    .build());
    long sum = 0;
    for (MetricResult<Long> part : counters.getCounters()) {
      sum += part.getAttempted();
    }
    return sum;
  }

  @Override
  public void close() {
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
