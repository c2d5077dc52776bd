package io.pinpipeline.core.clean;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Rules for text, on the bytes of valid UTF-8. */
final class Text {

  private Text() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether there is nothing, or nothing but characters with Unicode's property White_Space. */
  static boolean isBlank(byte[] text, int from, int to) {
    int p = from;
    while (p < to) {
      int length = whiteSpaceLength(text, p, to);
      if (length == 0) {
        return false;
      }
      p += length;
    }
    return true;
  }

  /** The bytes of the white space character at {@code p}; 0 if it is another character. */
  private static int whiteSpaceLength(byte[] text, int p, int to) {
    int first = text[p] & 0xff;
    if (first < 0x80) {
      return first == ' ' || (first >= '\t' && first <= '\r') ? 1 : 0;
    }
    if (first == 0xc2) {
      int second = text[p + 1] & 0xff;
      return second == 0x85 || second == 0xa0 ? 2 : 0; // next line, no-break space
    }
    if (first < 0xe1 || first > 0xe3 || p + 2 >= to) {
      return 0;
    }
    int character = (first & 0xf) << 12 | (text[p + 1] & 0x3f) << 6 | (text[p + 2] & 0x3f);
    boolean white =
        character == 0x1680
            || (character >= 0x2000 && character <= 0x200a)
            || character == 0x2028
            || character == 0x2029
            || character == 0x202f
            || character == 0x205f
            || character == 0x3000;
    return white ? 3 : 0;
  }

  static boolean equals(byte[] text, int from, int to, byte[] other) {
    return to - from == other.length && Arrays.equals(text, from, to, other, 0, other.length);
  }

  static boolean startsWith(byte[] text, int from, int to, byte[] prefix) {
    return to - from >= prefix.length
        && Arrays.equals(text, from, from + prefix.length, prefix, 0, prefix.length);
  }

  /** The largest end up to {@code limit} bytes behind {@code from} that splits no character. */
  static int cut(byte[] text, int from, int to, int limit) {
    if (to - from <= limit) {
      return to;
    }
    int p = from + limit;
    while (p > from && (text[p] & 0xc0) == 0x80) {
      p--;
    }
    return p;
  }
}
