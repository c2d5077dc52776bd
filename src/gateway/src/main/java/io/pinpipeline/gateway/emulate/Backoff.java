package io.pinpipeline.gateway.emulate;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a request is sent again: twice as long each time, up to a limit, and a
 * part of it by chance, so that many senders do not come back together.
 */
final class Backoff {

  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(10);

  private Backoff() {}

  /**
   * The wait before the next attempt, at least what the server asks for.
   *
   * @param attempts how many there were already, at least 1
   */
  static Duration before(int attempts, Duration asked, RandomGenerator random) {
    long ceiling = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(attempts - 1, 20));
    Duration own = Duration.ofMillis(random.nextLong(ceiling / 2, ceiling + 1));
    // with some chance added, or all whom a server sends away come back at once
    return asked.isZero() ? own : asked.plus(own.dividedBy(2));
  }
}
