package io.pinpipeline.report;

import io.pinpipeline.core.clean.RejectionCode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Numbers, times and names as people read them. */
public final class Figures {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Figures() {}

  /** Grouped by thousands. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number of bytes, in powers of ten. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "";
    for (String larger : List.of("k", "M", "G", "T")) {
      if (value < 999.95) {
        break;
      }
      value /= 1000;
      unit = larger;
    }
    return String.format(Locale.ROOT, "%.1f %sB", value, unit);
  }

  /** A share in percent; neither all nor nothing is said of what is almost so. */
  static String share(long part, long whole) {
    if (whole == 0) {
      return "–";
    }
    double percent = 100.0 * part / whole;
    if (part > 0 && percent < 0.01) {
      return "< 0.01 %";
    }
    if (part < whole && percent > 99.99) {
      return "> 99.99 %";
    }
    if (part == 0 || part == whole) {
      return part == 0 ? "0 %" : "100 %";
    }
    return String.format(Locale.ROOT, percent < 1 || percent > 99 ? "%.2f %%" : "%.1f %%", percent);
  }

  static String time(Instant time) {
    return TIME.format(time);
  }

  /** A length of time in its largest unit. */
  static String age(Duration age) {
    if (age.compareTo(Duration.ofMinutes(1)) < 0) {
      return "less than a minute";
    }
    if (age.toHours() < 1) {
      return count(age.toMinutes(), "minute");
    }
    return age.toDays() < 2 ? count(age.toHours(), "hour") : count(age.toDays(), "day");
  }

  /** So many of something. */
  static String count(long count, String one) {
    return number(count) + " " + one + (count == 1 ? "" : "s");
  }

  /** A name such as {@code follower_count} as the heading of a column. */
  static String words(String name) {
    String words = name.replace('_', ' ').toLowerCase(Locale.ROOT);
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** A value of an answer; years are not grouped. */
  static String cell(String column, Object value) {
    return value instanceof Number number && !column.endsWith("_year")
        ? number(number.longValue())
        : value.toString();
  }

  /** What a rejection code says, in words. */
  static String reason(String code) {
    return switch (RejectionCode.valueOf(code)) {
      case MALFORMED_JSON -> "It is no JSON that can be read";
      case NOT_AN_OBJECT -> "It is JSON, but no object";
      case UNRECOGNISED_RECORD -> "It has no field of the dataset";
      case WRONG_DATASET -> "It has the fields of another dataset";
      case MISSING_KEY -> "Its key is missing";
      case BAD_TYPE -> "A field has another JSON type than it must have";
      case BAD_FOLLOWER_COUNT -> "The follower count is no whole number that fits";
      case BAD_TIMESTAMP -> "A time is none";
      case BAD_COORDINATE -> "Latitude or longitude is out of range";
      case BAD_AGE -> "The age is no whole number from 0 to 150";
      case TOO_LARGE -> "It is larger than a record may be";
      case CONFLICTING_DUPLICATE -> "The same key came before, with other content";
    };
  }
}
