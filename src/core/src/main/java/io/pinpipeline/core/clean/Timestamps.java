package io.pinpipeline.core.clean;

/**
 * Timestamps as they are sent: {@code 2020-08-28T03:52:47} or {@code 2020-08-28 03:52:47}, with a
 * fraction of one to nine digits or without, with a zone ({@code Z}, {@code +01:00}) or without,
 * which is UTC. Only days and times that exist, of the years 1 to 9999, are timestamps. Digits
 * below the microsecond are cut off.
 */
final class Timestamps {

  /** What {@link #parse} gives for text that is no timestamp. */
  static final long NONE = Long.MIN_VALUE;

  private static final long MICROS = 1_000_000L;
  private static final long MICROS_A_DAY = 86_400 * MICROS;
  private static final long MIN = daysSinceEpoch(1, 1, 1) * MICROS_A_DAY;
  private static final long MAX = daysSinceEpoch(10_000, 1, 1) * MICROS_A_DAY - 1;

  private Timestamps() {}

  /** Microseconds since the epoch, or {@link #NONE}. */
  static long parse(byte[] text, int from, int to) {
    if (to - from < 19
        || text[from + 4] != '-'
        || text[from + 7] != '-'
        || (text[from + 10] != 'T' && text[from + 10] != ' ')
        || text[from + 13] != ':'
        || text[from + 16] != ':') {
      return NONE;
    }
    int century = twoDigits(text, from);
    int yearOfCentury = twoDigits(text, from + 2);
    int month = twoDigits(text, from + 5);
    int day = twoDigits(text, from + 8);
    int hour = twoDigits(text, from + 11);
    int minute = twoDigits(text, from + 14);
    int second = twoDigits(text, from + 17);
    if ((century | yearOfCentury | month | day | hour | minute | second) < 0) {
      return NONE;
    }
    int year = century * 100 + yearOfCentury;
    if (year < 1
        || month < 1
        || month > 12
        || day < 1
        || day > daysInMonth(year, month)
        || hour > 23
        || minute > 59
        || second > 59) {
      return NONE;
    }
    int p = from + 19;
    long micros = 0;
    if (p < to && text[p] == '.') {
      int first = ++p;
      while (p < to && p - first < 9 && text[p] >= '0' && text[p] <= '9') {
        if (p - first < 6) {
          micros = micros * 10 + (text[p] - '0');
        }
        p++;
      }
      if (p == first) {
        return NONE;
      }
      for (int digits = p - first; digits < 6; digits++) {
        micros *= 10;
      }
    }
    int zone = zoneSeconds(text, p, to);
    if (zone == Integer.MIN_VALUE) {
      return NONE;
    }
    long seconds =
        daysSinceEpoch(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second - zone;
    long result = seconds * MICROS + micros;
    return result < MIN || result > MAX ? NONE : result;
  }

  /** The zone's distance from UTC; Integer.MIN_VALUE if it is none. */
  private static int zoneSeconds(byte[] text, int p, int to) {
    if (p == to || (p + 1 == to && text[p] == 'Z')) {
      return 0;
    }
    if (p + 6 != to || (text[p] != '+' && text[p] != '-') || text[p + 3] != ':') {
      return Integer.MIN_VALUE;
    }
    int hours = twoDigits(text, p + 1);
    int minutes = twoDigits(text, p + 4);
    // the widest offset ISO 8601 libraries agree on
    if ((hours | minutes) < 0 || minutes > 59 || hours * 60 + minutes > 18 * 60) {
      return Integer.MIN_VALUE;
    }
    int seconds = (hours * 60 + minutes) * 60;
    return text[p] == '-' ? -seconds : seconds;
  }

  private static int twoDigits(byte[] text, int p) {
    int tens = text[p] - '0';
    int ones = text[p + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
  }

  private static int daysInMonth(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days of the proleptic Gregorian calendar, by Howard Hinnant's days_from_civil. */
  private static long daysSinceEpoch(int year, int month, int day) {
    int marchYear = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(marchYear, 400);
    int yearOfEra = marchYear - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }
}
