package io.pinpipeline.core.clean;

/**
 * Counts as they are sent: digits, or a decimal number followed by k, M or B in either case. Never
 * a guess: what is no whole number, or does not fit an int, is none.
 */
final class Counts {

  /** What {@link #parse} gives for text that is no count. */
  static final long NONE = -1;

  private static final long TOO_MANY = 1_000_000_000_000_000L;

  private Counts() {}

  /** The count, from 0 to {@link Integer#MAX_VALUE}, or {@link #NONE}. */
  static long parse(byte[] text, int from, int to) {
    int p = from;
    long number = 0;
    while (p < to && text[p] >= '0' && text[p] <= '9') {
      number = number * 10 + (text[p++] - '0');
      if (number > TOO_MANY) {
        return NONE;
      }
    }
    if (p == from) {
      return NONE;
    }
    int decimals = 0;
    if (p < to && text[p] == '.') {
      int first = ++p;
      int lastNonZero = p;
      while (lastNonZero < to && text[lastNonZero] >= '0' && text[lastNonZero] <= '9') {
        lastNonZero++;
      }
      int behind = lastNonZero;
      while (lastNonZero > first && text[lastNonZero - 1] == '0') {
        lastNonZero--;
      }
      if (behind == first) {
        return NONE;
      }
      while (p < lastNonZero) {
        number = number * 10 + (text[p++] - '0');
        decimals++;
        if (number > TOO_MANY) {
          return NONE;
        }
      }
      p = behind;
      if (p == to) {
        return NONE; // a decimal needs its k, M or B
      }
    }
    int zeros = 0;
    if (p < to) {
      zeros =
          switch (text[p++]) {
            case 'k', 'K' -> 3;
            case 'm', 'M' -> 6;
            case 'b', 'B' -> 9;
            default -> -1;
          };
    }
    if (zeros < decimals || p != to) {
      return NONE;
    }
    for (int i = decimals; i < zeros; i++) {
      number *= 10;
      if (number > Integer.MAX_VALUE) {
        return NONE;
      }
    }
    return number > Integer.MAX_VALUE ? NONE : number;
  }
}
