package io.pinpipeline.bench;

/** The middle of measured values. */
final class Median {

  private Median() {}

  /** Of values in ascending order, of which there is one at least. */
  static double of(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
