package io.pinpipeline.gateway.emulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what became of records. It is thread-safe. */
final class Tally {

  private static final int REFUSALS_TOLD = 5;

  private final Map<String, Long> acknowledged = new TreeMap<>();
  private final List<String> refusals = new ArrayList<>();
  private final Histogram requests = new Histogram(2);
  private long refused;
  private long retries;
  private String trouble = "";

  /**
   * Counts what a request brought.
   *
   * @param nanos how long it took, retries included
   */
  synchronized void acknowledged(String dataset, int records, long nanos) {
    acknowledged.merge(dataset, (long) records, Long::sum);
    requests.recordValue(nanos);
    trouble = "";
  }

  synchronized void refused(String dataset, long key, String reason) {
    refused++;
    if (refusals.size() < REFUSALS_TOLD) {
      refusals.add("%s %d: %s".formatted(dataset, key, reason));
    }
  }

  synchronized void retried(String reason) {
    retries++;
    trouble = reason;
  }

  /** Records acknowledged, by dataset. */
  synchronized Map<String, Long> acknowledged() {
    return new TreeMap<>(acknowledged);
  }

  /** How long the requests took that were acknowledged, in nanoseconds. */
  synchronized Histogram requests() {
    return requests.copy();
  }

  /** All records acknowledged. */
  synchronized long records() {
    return acknowledged.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized long refused() {
    return refused;
  }

  /** The first refusals, in words. */
  synchronized List<String> refusals() {
    return List.copyOf(refusals);
  }

  synchronized long retries() {
    return retries;
  }

  /** Why the last request is tried again; empty where records have been acknowledged since. */
  synchronized String trouble() {
    return trouble;
  }
}
