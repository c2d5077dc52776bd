package io.pinpipeline.gateway.cli;

import java.io.Closeable;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;
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
  private static final int BAR = 20;

  private final boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
  private final PrintWriter err;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /**
   * Follows a run.
   *
   * @param progress how far it is, in words
   * @param share how far it is, from 0 to 1; empty where that is not known
   */
  Progress(Supplier<String> progress, Supplier<OptionalDouble> share, PrintWriter err) {
    this.err = err;
    long period = terminal ? TERMINAL_MILLIS : LOG_MILLIS;
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(
            () -> show(share.get(), progress.get()), period, period, TimeUnit.MILLISECONDS);
  }

  private synchronized void show(OptionalDouble share, String words) {
    if (timer.isShutdown()) {
      return;
    }
    String line = share.isPresent() ? bar(share.getAsDouble()) + words : words;
    if (terminal) {
      // a line that is too long is cut off, or each would leave a part of it
      err.print("\r\u001b[K\u001b[?7l" + line + "\u001b[?7h");
      err.flush();
    } else {
      err.println(line);
    }
  }

  private String bar(double share) {
    String percent = String.format(Locale.ROOT, "%3.0f %%  ", 100 * share);
    int done = (int) (BAR * share);
    return terminal ? "[" + "#".repeat(done) + "-".repeat(BAR - done) + "] " + percent : percent;
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
