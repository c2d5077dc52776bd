package io.pinpipeline.pipelines.cli;

import io.pinpipeline.pipelines.sink.DeltaSink;
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
   * @param bytes how much it has to write, as it is stored
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
    long done = counted(DeltaSink.BYTES);
    long records = counted(DeltaSink.RECORDS);
    double seconds = (System.nanoTime() - begun) / 1e9;
    String line =
        done == 0
            ? String.format(Locale.ROOT, "finding repeats, %.0f s", seconds)
            : String.format(
                Locale.ROOT,
                "%.0f %%, %,d records, %s, %.0f MB/s, about %.0f s left",
                100.0 * Math.min(done, bytes) / bytes,
                records,
                TextTable.bytes(done),
                done / seconds / 1e6,
                seconds * Math.max(0, bytes - done) / done);
    if (terminal) {
      err.print("\r\u001b[K" + line);
      err.flush();
    } else {
      err.println(line);
    }
  }

  private long counted(String counter) {
    MetricQueryResults counters =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(DeltaSink.METRICS, counter))
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
