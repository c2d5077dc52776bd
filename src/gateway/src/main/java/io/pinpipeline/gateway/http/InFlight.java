package io.pinpipeline.gateway.http;

import io.pinpipeline.gateway.wire.Refusal;
import java.time.Duration;

/**
 * The memory of requests that were not answered yet. There is only so much of it; what does not fit
 * is refused, so that no queue grows without end. It is thread-safe.
 */
final class InFlight {

  private final long maxBytes;
  private long bytes;
  private int requests;
  private boolean closed;

  InFlight(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What one request holds; used by one thread at a time. */
  final class Share {

    private long held;
    private boolean ended;

    /**
     * Takes more memory.
     *
     * @throws Refusal 503 if there is no room
     */
    void hold(long more) {
      synchronized (InFlight.this) {
        if (ended || bytes + more > maxBytes) {
          throw Refusal.forNow(
              503,
              "The gateway has as many requests in its hands as fit its memory. Send this again.",
              ErrorAnswers.SOON);
        }
        bytes += more;
        held += more;
      }
    }

    /** Gives everything back, once the request is answered. */
    void end() {
      synchronized (InFlight.this) {
        bytes -= held;
        ended = true;
        requests--;
        InFlight.this.notifyAll();
      }
    }
  }

  /** Begins a request, to be ended by {@link Share#end()}. */
  synchronized Share begin() {
    requests++;
    return new Share();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized int requests() {
    return requests;
  }

  /** Has new requests refused, and waits until those that were accepted are answered. */
  synchronized void drain(Duration timeout) throws InterruptedException {
    closed = true;
    long end = System.nanoTime() + timeout.toNanos();
    long left;
    while (requests > 0 && (left = end - System.nanoTime()) > 0) {
      wait(Math.max(1, left / 1_000_000));
    }
  }
}
