package io.pinpipeline.core.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one JSON text (RFC 8259) from bytes, value by value, as the caller asks for them.
 *
 * <p>Nothing is thrown for bad text: a method that meets a fault returns false, and {@link
 * #faultAt()} and {@link #fault()} tell where and what it was. After a fault the scanner is of no
 * use until the next {@link #reset}. A line feed is never white space here: a text is one line, and
 * ends where the line does.
 */
public final class JsonScanner {

  /** Objects and arrays may stand in each other this deep. */
  public static final int MAX_DEPTH = 512;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES = ' ' * ONES;

  /** So many digits fit a long, whatever they are. */
  private static final int SURE_DIGITS = 18;

  private static final long MAX_TENTH = Long.MAX_VALUE / 10;
  private static final double[] POWERS_OF_TEN = new double[23];

  static {
    double power = 1;
    for (int i = 0; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = power;
      power *= 10;
    }
  }

  private byte[] bytes = new byte[0];
  private int position;
  private int end;

  private byte[] decoded = new byte[256];
  private byte[] text = bytes;
  private int textFrom;
  private int textTo;

  private int numberFrom;
  private int numberTo;
  private boolean numberNegative;
  private boolean mantissaFits;
  private long mantissa;
  private int exponent;

  private int faultAt;
  private String fault = "";

  private final boolean[] inObject = new boolean[MAX_DEPTH];

  /** Begins with the text in {@code bytes[from, to)}, which a line feed may end before. */
  public void reset(byte[] newBytes, int from, int to) {
    bytes = newBytes;
    position = from;
    end = to;
  }

  /** The bytes that hold the text. */
  public byte[] bytes() {
    return bytes;
  }

  /** The index in the bytes of what is read next. */
  public int position() {
    return position;
  }

  /** The index in the bytes at which the text was found wrong. */
  public int faultAt() {
    return faultAt;
  }

  /** What is wrong at {@link #faultAt()}, in words. */
  public String fault() {
    return fault;
  }

  private boolean isEnd(int p) {
    return p >= end || bytes[p] == '\n';
  }

  private boolean fail(int at, String what) {
    faultAt = at;
    fault = what;
    return false;
  }

  /** Passes white space; the byte that follows, or -1 at the end. */
  public int peek() {
    byte[] b = bytes;
    int p = position;
    while (p < end) {
      byte c = b[p];
      if (c > ' ' || (c != ' ' && c != '\t' && c != '\r')) {
        position = p;
        if (c == '\n') {
          end = p;
          return -1;
        }
        return c & 0xff;
      }
      p++;
    }
    position = p;
    return -1;
  }

  /** Passes the character that {@link #peek()} showed. */
  public void pass() {
    position++;
  }

  /** Passes white space and this character, or fails. */
  public boolean expect(char wanted, String otherwise) {
    if (peek() == wanted) {
      position++;
      return true;
    }
    return fail(position, position == end ? "the text ends too early" : otherwise);
  }

  /** Passes white space; fails if anything else follows. */
  public boolean expectEnd() {
    return peek() < 0 || fail(position, "something follows the end of the record");
  }

  /** Passes {@code null}, {@code true} or {@code false}. */
  public boolean literal() {
    int c = peek();
    byte[] word = c == 'n' ? NULL : c == 't' ? TRUE : c == 'f' ? FALSE : NOTHING;
    int to = position + word.length;
    if (word.length > 0 && to <= end && Arrays.equals(bytes, position, to, word, 0, word.length)) {
      position = to;
      return true;
    }
    return fail(position, c < 0 ? "the text ends too early" : "no JSON value begins like this");
  }

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /**
   * Passes these plain characters, of which there are four at least, if they are what comes next;
   * leaves everything as it was if not. The cheap guess before {@link #string()}.
   */
  public boolean isNext(byte[] wanted) {
    byte[] b = bytes;
    int from = position;
    int last = from + wanted.length - Long.BYTES;
    if (from + wanted.length > end) {
      return false;
    }
    if (wanted.length < Long.BYTES) {
      // words may overlap: it is cheaper to look twice than to look at less
      if ((int) INT.get(b, from) != (int) INT.get(wanted, 0)
          || (int) INT.get(b, last + Integer.BYTES)
              != (int) INT.get(wanted, wanted.length - Integer.BYTES)) {
        return false;
      }
    } else {
      for (int p = from, i = 0; p < last; p += Long.BYTES, i += Long.BYTES) {
        if ((long) LONG.get(b, p) != (long) LONG.get(wanted, i)) {
          return false;
        }
      }
      if ((long) LONG.get(b, last) != (long) LONG.get(wanted, wanted.length - Long.BYTES)) {
        return false;
      }
    }
    position = from + wanted.length;
    return true;
  }

  // ---- strings

  /**
   * The bytes that hold the string read last: the text itself, or a buffer where it had escapes.
   */
  public byte[] text() {
    return text;
  }

  /** Where the string read last begins in {@link #text()}. */
  public int textFrom() {
    return textFrom;
  }

  /** Where the string read last ends in {@link #text()}. */
  public int textTo() {
    return textTo;
  }

  /** Reads a string. Its decoded UTF-8 is then in {@link #text()}. */
  public boolean string() {
    if (peek() != '"') {
      return fail(position, position == end ? "the text ends too early" : "a string should begin");
    }
    int from = position + 1;
    int p = plainUntil(from);
    if (p < 0) {
      return false;
    }
    if (bytes[p] == '"') {
      text = bytes;
      textFrom = from;
      textTo = p;
      position = p + 1;
      return true;
    }
    return stringWithEscapes(from, p);
  }

  /**
   * The index of the first quote or backslash from {@code p} on; -1 after a fault. Everything
   * before it is valid UTF-8 without control characters.
   */
  private int plainUntil(int p) {
    byte[] b = bytes;
    int to = end;
    while (true) {
      while (p + Long.BYTES <= to) {
        long word = (long) LONG.get(b, p);
        // a byte's highest bit: not ASCII, or below a space, or nothing left of it by exclusive or;
        // a borrow may flag bytes wrongly, but only behind the first
        long special =
            (word | (word - SPACES) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES))
                & HIGHS;
        if (special != 0) {
          p += Long.numberOfTrailingZeros(special) >>> 3;
          break;
        }
        p += Long.BYTES;
      }
      if (p >= to) {
        fail(to, "a string is not closed");
        return -1;
      }
      byte c = b[p];
      if (c == '"' || c == '\\') {
        return p;
      }
      if (c >= ' ') {
        p++;
      } else if (c == '\n') {
        fail(p, "a string is not closed");
        return -1;
      } else if (c >= 0) {
        fail(p, "a control character stands in a string; escape it");
        return -1;
      } else {
        do {
          int length = utf8Length(b, p, to);
          if (length == 0) {
            fail(p, "the bytes are not UTF-8");
            return -1;
          }
          p += length;
        } while (p < to && b[p] < 0);
      }
    }
  }

  /** The length of the multi-byte character at {@code p}; 0 if it is not valid UTF-8. */
  private static int utf8Length(byte[] b, int p, int to) {
    int first = b[p] & 0xff;
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    if (first < 0xe0) {
      return p + 1 < to && isContinuation(b[p + 1]) ? 2 : 0;
    }
    if (p + 2 >= to) {
      return 0;
    }
    int second = b[p + 1] & 0xff;
    if (first < 0xf0) {
      boolean inRange =
          first == 0xe0
              ? second >= 0xa0 && second <= 0xbf
              : first == 0xed ? second >= 0x80 && second <= 0x9f : isContinuation(b[p + 1]);
      return inRange && isContinuation(b[p + 2]) ? 3 : 0;
    }
    boolean inRange =
        first == 0xf0
            ? second >= 0x90 && second <= 0xbf
            : first == 0xf4 ? second >= 0x80 && second <= 0x8f : isContinuation(b[p + 1]);
    return inRange && p + 3 < to && isContinuation(b[p + 2]) && isContinuation(b[p + 3]) ? 4 : 0;
  }

  private static boolean isContinuation(byte c) {
    return (c & 0xc0) == 0x80;
  }

  private boolean stringWithEscapes(int from, int backslash) {
    int size = 0;
    int plain = from;
    int p = backslash;
    while (true) {
      size = decode(plain, p, size);
      if (bytes[p] == '"') {
        text = decoded;
        textFrom = 0;
        textTo = size;
        position = p + 1;
        return true;
      }
      if (isEnd(p + 1)) {
        return fail(p + 1, "a string is not closed");
      }
      int c = bytes[p + 1];
      if (c == 'u') {
        int unit = hex4(p + 2);
        if (unit < 0) {
          return fail(p, "\\u is not followed by four hexadecimal digits");
        }
        int next = p + 6;
        if (Character.isSurrogate((char) unit)) {
          int low =
              Character.isHighSurrogate((char) unit)
                      && next + 1 < end
                      && bytes[next] == '\\'
                      && bytes[next + 1] == 'u'
                  ? hex4(next + 2)
                  : -1;
          if (low < 0 || !Character.isLowSurrogate((char) low)) {
            return fail(p, "half of a surrogate pair stands alone");
          }
          unit = Character.toCodePoint((char) unit, (char) low);
          next += 6;
        }
        size = decode(unit, size);
        plain = next;
      } else {
        int plainCharacter = unescaped(c);
        if (plainCharacter < 0) {
          return fail(p, "there is no such escape");
        }
        size = decode(plainCharacter, size);
        plain = p + 2;
      }
      p = plainUntil(plain);
      if (p < 0) {
        return false;
      }
    }
  }

  private static int unescaped(int escape) {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> -1;
    };
  }

  private int hex4(int from) {
    if (from + 4 > end) {
      return -1;
    }
    int value = 0;
    for (int p = from; p < from + 4; p++) {
      int c = bytes[p];
      int digit = c < 0 ? -1 : Character.digit(c, 16);
      if (digit < 0) {
        return -1;
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  private int decode(int from, int to, int size) {
    int length = to - from;
    // four more, so that a character always fits behind
    if (size + length + 4 > decoded.length) {
      decoded = Arrays.copyOf(decoded, Math.max(size + length + 4, decoded.length * 2));
    }
    System.arraycopy(bytes, from, decoded, size, length);
    return size + length;
  }

  private int decode(int codePoint, int size) {
    if (size + 4 > decoded.length) {
      decoded = Arrays.copyOf(decoded, decoded.length * 2);
    }
    byte[] d = decoded;
    if (codePoint < 0x80) {
      d[size] = (byte) codePoint;
      return size + 1;
    }
    if (codePoint < 0x800) {
      d[size] = (byte) (0xc0 | (codePoint >> 6));
      d[size + 1] = (byte) (0x80 | (codePoint & 0x3f));
      return size + 2;
    }
    if (codePoint < 0x10000) {
      d[size] = (byte) (0xe0 | (codePoint >> 12));
      d[size + 1] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
      d[size + 2] = (byte) (0x80 | (codePoint & 0x3f));
      return size + 3;
    }
    d[size] = (byte) (0xf0 | (codePoint >> 18));
    d[size + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
    d[size + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
    d[size + 3] = (byte) (0x80 | (codePoint & 0x3f));
    return size + 4;
  }

  // ---- numbers

  /** Reads a number. {@link #numberIsLong()}, {@link #numberAsDouble()} then tell its value. */
  public boolean number() {
    int c = peek();
    byte[] b = bytes;
    int p = position;
    numberFrom = p;
    numberNegative = c == '-';
    if (numberNegative) {
      p++;
    }
    long digits = 0;
    boolean fits = true;
    int scale = 0;
    int first = p;
    int sure = Math.min(end, p + SURE_DIGITS);
    while (p < sure && isDigit(b[p])) {
      digits = digits * 10 + (b[p++] - '0');
    }
    while (p < end && isDigit(b[p])) {
      int digit = b[p] - '0';
      if (hasRoomFor(digit, digits)) {
        digits = digits * 10 + digit;
      } else if (digit == 0) {
        scale++;
      } else {
        fits = false;
      }
      p++;
    }
    if (p == first || (b[first] == '0' && p > first + 1)) {
      return fail(
          first,
          p == first && isEnd(p) ? "the text ends too early" : "no JSON value begins like this");
    }
    if (p < end && b[p] == '.') {
      int point = p++;
      while (p < sure && isDigit(b[p])) {
        digits = digits * 10 + (b[p++] - '0');
        scale--;
      }
      while (p < end && isDigit(b[p])) {
        int digit = b[p] - '0';
        if (hasRoomFor(digit, digits)) {
          digits = digits * 10 + digit;
          scale--;
        } else if (digit != 0) {
          fits = false;
        }
        p++;
      }
      if (p == point + 1) {
        return fail(p, "a digit should follow the decimal point");
      }
    }
    if (p < end && (b[p] == 'e' || b[p] == 'E')) {
      p++;
      boolean negative = p < end && b[p] == '-';
      if (p < end && (b[p] == '-' || b[p] == '+')) {
        p++;
      }
      int firstOfExponent = p;
      int power = 0;
      while (p < end && isDigit(b[p])) {
        power = Math.min(100_000_000, power * 10 + (b[p] - '0'));
        p++;
      }
      if (p == firstOfExponent) {
        return fail(p, "a digit should follow the exponent");
      }
      scale += negative ? -power : power;
    }
    numberTo = p;
    position = p;
    mantissa = digits;
    mantissaFits = fits;
    exponent = scale;
    return true;
  }

  /**
   * Whether one more digit fits a long; the mantissa of Long.MIN_VALUE is Long.MIN_VALUE itself.
   */
  private boolean hasRoomFor(int digit, long digits) {
    return digits >= 0
        && (digits < MAX_TENTH || (digits == MAX_TENTH && digit <= (numberNegative ? 8 : 7)));
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** Where the number read last begins in the bytes. */
  public int numberFrom() {
    return numberFrom;
  }

  /** Where the number read last ends in the bytes. */
  public int numberTo() {
    return numberTo;
  }

  /**
   * Whether the number read last is whole and fits a long ({@code 5.0} and {@code 5e2} are whole).
   */
  public boolean numberIsLong() {
    if (exponent == 0 || mantissa == 0) {
      return mantissaFits;
    }
    if (!mantissaFits) {
      return false;
    }
    while (exponent < 0 && mantissa % 10 == 0) {
      mantissa /= 10;
      exponent++;
    }
    while (exponent > 0 && mantissa >= 0 && mantissa <= MAX_TENTH) {
      mantissa *= 10;
      exponent--;
    }
    return exponent == 0;
  }

  /** The number read last, after {@link #numberIsLong()} said yes. */
  public long numberAsLong() {
    return numberNegative ? -mantissa : mantissa;
  }

  /** The number read last, correctly rounded; infinite where it is too large. */
  public double numberAsDouble() {
    if (mantissaFits && mantissa >= 0 && mantissa < 1L << 53 && exponent >= -22 && exponent <= 22) {
      // exact by Clinger's fast path: both operands are exact, one rounding
      double value =
          exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
      return numberNegative ? -value : value;
    }
    return Double.parseDouble(
        new String(bytes, numberFrom, numberTo - numberFrom, StandardCharsets.US_ASCII));
  }

  // ---- whatever stands there

  /** What kind of value stands next, in words, after {@link #peek()}. */
  public static String kindOf(int firstCharacter) {
    return switch (firstCharacter) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '"' -> "a string";
      case 't', 'f' -> "a boolean";
      case 'n' -> "null";
      default -> "a number";
    };
  }

  /** Passes a value of any kind, checking that it is valid. */
  public boolean skip() {
    int depth = 0;
    while (true) {
      int c = peek();
      if (c == '{' || c == '[') {
        if (depth == MAX_DEPTH) {
          return fail(position, "objects and arrays stand in each other too deep");
        }
        inObject[depth++] = c == '{';
        position++;
        int next = peek();
        if (next == (c == '{' ? '}' : ']')) {
          position++;
          depth--;
        } else if (c == '{') {
          if (!string() || !expect(':', "a colon should stand here")) {
            return false;
          }
          continue;
        } else {
          continue;
        }
      } else if (!scalar(c)) {
        return false;
      }
      // a value has ended: pass what closes behind it, stop at the comma before the next
      while (true) {
        if (depth == 0) {
          return true;
        }
        boolean object = inObject[depth - 1];
        int next = peek();
        if (next == ',') {
          position++;
          if (object && !(string() && expect(':', "a colon should stand here"))) {
            return false;
          }
          break;
        }
        if (next != (object ? '}' : ']')) {
          return fail(
              position,
              next < 0
                  ? "the text ends too early"
                  : object ? "a comma or } should stand here" : "a comma or ] should stand here");
        }
        position++;
        depth--;
      }
    }
  }

  private boolean scalar(int c) {
    if (c == '"') {
      return string();
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      return number();
    }
    return literal();
  }
}
