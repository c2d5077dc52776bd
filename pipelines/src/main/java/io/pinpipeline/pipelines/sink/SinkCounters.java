package io.pinpipeline.pipelines.sink;

import java.io.Serializable;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * Beam's counters of what was written: in all, and of each dataset {@code <dataset>.read}, {@code
 * .clean}, {@code .duplicates} and {@code .dead.<CODE>}. A worker that is lost and replaced counts
 * its work twice, as is usual with counters; the books do not.
 */
final class SinkCounters implements Serializable {

  void count(String dataset, BatchFiles files) {
    increase(DeltaSink.RECORDS, files.records());
    increase(DeltaSink.BYTES, files.bytes());
    long dead = 0;
    for (var entry : files.deadLettersByCode().entrySet()) {
      increase(dataset + ".dead." + entry.getKey(), entry.getValue());
      dead += entry.getValue();
    }
    increase(dataset + ".read", files.records());
    increase(dataset + ".clean", files.records() - files.duplicates() - dead);
    increase(dataset + ".duplicates", files.duplicates());
  }

  private static void increase(String name, long by) {
    if (by > 0) {
      Metrics.counter(DeltaSink.METRICS, name).inc(by);
    }
  }
}
