package io.pinpipeline.bench;

import java.util.Arrays;

/**
 * How long records took from being sent until a reader of the table sees them.
 *
 * @param asked how many were to be sent in a second
 * @param sent how many were sent in a second: fewer, where the machine can do no more
 * @param millis of each record, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Latency(Contestant contestant, double asked, double sent, int[] millis) {

  Latency {
    Arrays.sort(millis);
  }

  /**
   * The time within which a share of the records was there.
   *
   * @param share above 0 and up to 1
   */
  int percentile(double share) {
    return millis[Math.max(0, (int) Math.ceil(share * millis.length) - 1)];
  }
}
