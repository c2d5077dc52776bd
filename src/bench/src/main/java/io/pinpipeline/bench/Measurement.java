package io.pinpipeline.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one round of a contestant took.
 *
 * @param cold whether it was a process's only round, with its start and end; otherwise one of a
 *     process that had done the same some times before
 * @param round from 1
 * @param seconds by the clock on the wall
 * @param cpuSeconds of the process, and of all that it started
 * @param peakBytes the most memory that the process had resident, earlier rounds included
 */
record Measurement(
    Contestant contestant,
    boolean cold,
    int round,
    double seconds,
    double cpuSeconds,
    long peakBytes) {

  /** For people to see that it goes on. */
  String text() {
    return String.format(
        Locale.ROOT,
        "round %d, %s %s: %.2f s",
        round,
        cold ? Plan.COLD : Plan.WARM,
        contestant.label(),
        seconds);
  }

  /** Single measurements, as a table that programs read. */
  static List<String> csv(List<Measurement> measurements) {
    List<String> rows = new ArrayList<>();
    rows.add("contestant,mode,round,seconds,cpu_seconds,peak_bytes");
    for (Measurement one : measurements) {
      rows.add(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%.4f,%.2f,%d",
              one.contestant.label(),
              one.cold ? Plan.COLD : Plan.WARM,
              one.round,
              one.seconds,
              one.cpuSeconds,
              one.peakBytes));
    }
    return rows;
  }
}
