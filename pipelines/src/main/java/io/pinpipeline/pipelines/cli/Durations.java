package io.pinpipeline.pipelines.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Durations as people write them. */
final class Durations {

  private static final Duration LONGEST = Duration.ofDays(36500);

  private Durations() {}

  /**
   * The duration that an option's value means: ISO 8601, without its prefix where that is not
   * needed, such as {@code 7d} or {@code 30m}. Empty, with a fault added, where it means none.
   */
  static Optional<Duration> parse(String option, String text, Duration least, List<String> faults) {
    try {
      String iso = text.toUpperCase(Locale.ROOT);
      Duration duration =
          Duration.parse(iso.contains("P") ? iso : (iso.endsWith("D") ? "P" : "PT") + iso);
      if (duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0) {
        return Optional.of(duration);
      }
      faults.add(
          option + ": " + text + " is not from " + text(least) + " to " + LONGEST.toDays() + "d");
    } catch (DateTimeParseException e) {
      faults.add(option + ": '" + text + "' is no duration; write it like 7d, 12h, 30m or P1DT12H");
    }
    return Optional.empty();
  }

  /** A duration of less than a day, as {@link #parse} reads it. */
  static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
