package io.pinpipeline.bench;

/**
 * What one run of {@code clean} took, as a process of its own.
 *
 * @param posts what was cleaned
 * @param amount of what the sweep varies
 * @param seconds by the clock on the wall
 * @param cpuSeconds of the process, and of all that it started
 * @param peakBytes the most memory that the process had resident
 */
record ScaleMeasurement(
    Sweep sweep,
    Contestant contestant,
    BenchData posts,
    long amount,
    int round,
    double seconds,
    double cpuSeconds,
    long peakBytes) {

  /** What is varied while all else stays the same. */
  enum Sweep {
    POSTS("posts"),
    CORES("cores"),
    OBJECTS("objects"),
    DISTANT("objects on S3");

    private final String title;

    Sweep(String title) {
      this.title = title;
    }

    /** What is counted. */
    String title() {
      return title;
    }
  }
}
