package io.pinpipeline.lake.storage;

import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;

/** Waiting between attempts. */
final class Retries {

  /** How often something is tried before its failure is told. */
  static final int ATTEMPTS = 6;

  private static final long FIRST_PAUSE_MILLIS = 50;

  private Retries() {}

  /** Waits after the given failed attempt (the first is 1): twice as long each time, at random. */
  static void pause(int attempt) throws InterruptedIOException {
    long most = FIRST_PAUSE_MILLIS << attempt;
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to try again");
    }
  }
}
