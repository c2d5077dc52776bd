package io.pinpipeline.gateway.emulate;

/** Holds a rate. Time that was lost is not made good: a run does not hurry after an outage. */
final class Pace {

  private final double postsPerSecond;
  private long next;
  private boolean begun;

  /**
   * A pace.
   *
   * @param postsPerSecond {@link Double#POSITIVE_INFINITY} for no limit
   */
  Pace(double postsPerSecond) {
    this.postsPerSecond = postsPerSecond;
  }

  /**
   * How long posts have to wait for their turn.
   *
   * @param now the time, by any clock
   * @return nanoseconds
   */
  long nanosToWait(int posts, long now) {
    long turn = begun ? Math.max(next, now) : now;
    begun = true;
    next = turn + (long) (posts / postsPerSecond * 1e9);
    return turn - now;
  }
}
