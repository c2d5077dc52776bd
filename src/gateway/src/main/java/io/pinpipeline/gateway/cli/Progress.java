package io.pinpipeline.gateway.cli;

import java.io.Closeable;
import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells how far a run is: on a terminal in one line that changes, elsewhere in a line now and then.
 */
final class Progress implements Closeable {

  /** Set by the launcher where standard error is a terminal. */
  private static final String TERMINAL_PROPERTY = "pinpipeline.terminal";

  private static final long TERMINAL_MILLIS = 500;
  private static final long LOG_MILLIS = 30_000;

  private final boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
  private final PrintWriter err;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  Progress(Supplier<String> progress, PrintWriter err) {
    this.err = err;
    long period = terminal ? TERMINAL_MILLIS : LOG_MILLIS;
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(
            () -> show(progress.get()), period, period, TimeUnit.MILLISECONDS);
  }

  private synchronized void show(String line) {
    if (timer.isShutdown()) {
      return;
    }
    if (terminal) {
      err.print("\r\u001b[K" + line);
      err.flush();
    } else {
      err.println(line);
    }
  }

  @Override
  public synchronized void close() {
    timer.shutdownNow();
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
