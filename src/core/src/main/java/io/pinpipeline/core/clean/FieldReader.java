package io.pinpipeline.core.clean;

import io.pinpipeline.core.json.JsonScanner;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/** Carries out one {@link FieldRule}: from the value in the record to its column. */
abstract sealed class FieldReader {

  /** The field's name in quotes and the colon behind it, as it nearly always stands. */
  final byte[] quotedName;

  final byte[] name;

  private FieldReader(String field) {
    name = Text.utf8(field);
    quotedName = Text.utf8('"' + field + "\":");
  }

  /**
   * Reads a value that is not null and begins with {@code first}, and appends it to its column, or
   * not, where it is null by rule. A value that is valid JSON and breaks the rule goes to the
   * rejection.
   *
   * @return false where the text is no valid JSON
   */
  abstract boolean read(int first, JsonScanner in, Rejection rejection);

  static FieldReader of(FieldRule rule, ColumnBlock rows, Joiners joiners) {
    if (rule instanceof FieldRule.Key key) {
      return new KeyReader(key, (LongColumn) column(rows, key.column()));
    } else if (rule instanceof FieldRule.TextField text) {
      return new TextReader(text, (BytesColumn) column(rows, text.column()));
    } else if (rule instanceof FieldRule.HalfText half) {
      return new HalfTextReader(half, joiners.of((BytesColumn) column(rows, half.column())));
    } else if (rule instanceof FieldRule.Count count) {
      return new CountReader(count, (IntColumn) column(rows, count.column()));
    } else if (rule instanceof FieldRule.Age age) {
      return new AgeReader(age, (IntColumn) column(rows, age.column()));
    } else if (rule instanceof FieldRule.Degrees degrees) {
      return new DegreesReader(degrees, (DoubleColumn) column(rows, degrees.column()));
    } else if (rule instanceof FieldRule.Moment moment) {
      return new MomentReader(moment, (LongColumn) column(rows, moment.column()));
    } else {
      return new DroppedReader((FieldRule.Dropped) rule);
    }
  }

  private static Column column(ColumnBlock rows, ColumnSpec spec) {
    return rows.column(rows.schema().columns().indexOf(spec));
  }

  /** Passes a value of the wrong type. */
  final boolean wrongType(int first, String wanted, JsonScanner in, Rejection rejection) {
    if (rejection.isEmpty()) {
      rejection
          .set(RejectionCode.BAD_TYPE, name)
          .say(name)
          .say(" is ")
          .say(JsonScanner.kindOf(first))
          .say("; it should be ")
          .say(wanted);
    }
    return in.skip();
  }

  final void reject(
      RejectionCode code, byte[] text, int from, int to, String why, Rejection rejection) {
    if (rejection.isEmpty()) {
      rejection.set(code, name).say(name).say(" ").quote(text, from, to).say(why);
    }
  }

  private static boolean beginsNumber(int first) {
    return first == '-' || (first >= '0' && first <= '9');
  }

  private static byte[][] utf8(List<String> texts) {
    return texts.stream().map(Text::utf8).toArray(byte[][]::new);
  }

  private static boolean isOneOf(byte[][] texts, JsonScanner in) {
    for (byte[] text : texts) {
      if (Text.equals(in.text(), in.textFrom(), in.textTo(), text)) {
        return true;
      }
    }
    return false;
  }

  private static final class KeyReader extends FieldReader {

    private final LongColumn column;

    KeyReader(FieldRule.Key rule, LongColumn column) {
      super(rule.field());
      this.column = column;
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (!beginsNumber(first)) {
        // the key's fault is told before any other
        rejection.clear();
        return wrongType(first, "a whole number", in, rejection);
      }
      if (!in.number()) {
        return false;
      }
      if (in.numberIsLong()) {
        column.append(in.numberAsLong());
      } else {
        rejection
            .set(RejectionCode.BAD_TYPE, name)
            .say(name)
            .say(" is no whole number of 64 bits; every record needs one");
      }
      return true;
    }
  }

  private static final class TextReader extends FieldReader {

    private final BytesColumn column;
    private final byte[][] placeholders;
    private final byte[] lostPrefix;

    TextReader(FieldRule.TextField rule, BytesColumn column) {
      super(rule.field());
      this.column = column;
      this.placeholders = utf8(rule.placeholders());
      this.lostPrefix = Text.utf8(rule.lostPrefix());
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (first != '"') {
        return wrongType(first, "a string", in, rejection);
      }
      if (!in.string()) {
        return false;
      }
      if (isOneOf(placeholders, in)) {
        return true;
      }
      byte[] text = in.text();
      int from = in.textFrom();
      int to = in.textTo();
      if (lostPrefix.length > 0 && Text.startsWith(text, from, to, lostPrefix)) {
        from += lostPrefix.length;
      }
      if (!Text.isBlank(text, from, to)) {
        column.append(text, from, to - from);
      }
      return true;
    }
  }

  private static final class HalfTextReader extends FieldReader {

    private final Joiner joiner;
    private final boolean isFirst;

    HalfTextReader(FieldRule.HalfText rule, Joiner joiner) {
      super(rule.field());
      this.joiner = joiner;
      this.isFirst = rule.first();
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (first != '"') {
        return wrongType(first, "a string", in, rejection);
      }
      if (!in.string()) {
        return false;
      }
      if (!Text.isBlank(in.text(), in.textFrom(), in.textTo())) {
        joiner.keep(isFirst, in.text(), in.textFrom(), in.textTo());
      }
      return true;
    }
  }

  /** The joiners of a cleaner, one a column. */
  static final class Joiners {

    private final IdentityHashMap<BytesColumn, Joiner> joiners = new IdentityHashMap<>();

    Joiner of(BytesColumn column) {
      return joiners.computeIfAbsent(column, Joiner::new);
    }

    Joiner[] all() {
      return joiners.values().toArray(Joiner[]::new);
    }
  }

  /** Two halves of a text, whichever comes first in the record. */
  static final class Joiner {

    private final BytesColumn column;
    private byte[] firstHalf = new byte[64];
    private int firstLength;
    private byte[] secondHalf = new byte[64];
    private int secondLength;

    Joiner(BytesColumn column) {
      this.column = column;
    }

    void keep(boolean first, byte[] text, int from, int to) {
      int length = to - from;
      if (first) {
        firstHalf = fitted(firstHalf, length);
        System.arraycopy(text, from, firstHalf, 0, length);
        firstLength = length;
      } else {
        secondHalf = fitted(secondHalf, length);
        System.arraycopy(text, from, secondHalf, 0, length);
        secondLength = length;
      }
    }

    private static byte[] fitted(byte[] half, int length) {
      return length <= half.length ? half : Arrays.copyOf(half, length * 2);
    }

    /** The record is over, and is a row or not. */
    void endRecord(boolean isRow) {
      if (isRow && firstLength + secondLength > 0) {
        int length = firstLength + secondLength + (firstLength > 0 && secondLength > 0 ? 1 : 0);
        int from = column.reserve(length);
        byte[] data = column.data();
        System.arraycopy(firstHalf, 0, data, from, firstLength);
        if (firstLength > 0 && secondLength > 0) {
          data[from + firstLength] = ' ';
        }
        System.arraycopy(secondHalf, 0, data, from + length - secondLength, secondLength);
        column.appendedInPlace(length);
      }
      firstLength = 0;
      secondLength = 0;
    }
  }

  private static final class CountReader extends FieldReader {

    private static final String WHY =
        " is no count that fits; send a whole number from 0 to 2147483647, or one with k, M or B such"
            + " as 12k or 1.5M";

    private final IntColumn column;
    private final byte[][] placeholders;

    CountReader(FieldRule.Count rule, IntColumn column) {
      super(rule.field());
      this.column = column;
      this.placeholders = utf8(rule.placeholders());
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (first == '"') {
        if (!in.string()) {
          return false;
        }
        long count = Counts.parse(in.text(), in.textFrom(), in.textTo());
        if (count >= 0) {
          column.append((int) count);
        } else if (!isOneOf(placeholders, in)
            && !Text.isBlank(in.text(), in.textFrom(), in.textTo())) {
          reject(
              RejectionCode.BAD_FOLLOWER_COUNT,
              in.text(),
              in.textFrom(),
              in.textTo(),
              WHY,
              rejection);
        }
        return true;
      }
      if (!beginsNumber(first)) {
        return wrongType(first, "a string or a number", in, rejection);
      }
      if (!in.number()) {
        return false;
      }
      long count = in.numberIsLong() ? in.numberAsLong() : -1;
      if (count >= 0 && count <= Integer.MAX_VALUE) {
        column.append((int) count);
      } else {
        reject(
            RejectionCode.BAD_FOLLOWER_COUNT,
            in.bytes(),
            in.numberFrom(),
            in.numberTo(),
            WHY,
            rejection);
      }
      return true;
    }
  }

  private static final class AgeReader extends FieldReader {

    private final IntColumn column;
    private final int min;
    private final int max;
    private final String why;

    AgeReader(FieldRule.Age rule, IntColumn column) {
      super(rule.field());
      this.column = column;
      this.min = rule.min();
      this.max = rule.max();
      this.why = " is no age; send a whole number from " + min + " to " + max;
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (!beginsNumber(first)) {
        return wrongType(first, "a whole number", in, rejection);
      }
      if (!in.number()) {
        return false;
      }
      if (in.numberIsLong() && in.numberAsLong() >= min && in.numberAsLong() <= max) {
        column.append((int) in.numberAsLong());
      } else {
        reject(RejectionCode.BAD_AGE, in.bytes(), in.numberFrom(), in.numberTo(), why, rejection);
      }
      return true;
    }
  }

  private static final class DegreesReader extends FieldReader {

    private final DoubleColumn column;
    private final double min;
    private final double max;
    private final String why;

    DegreesReader(FieldRule.Degrees rule, DoubleColumn column) {
      super(rule.field());
      this.column = column;
      this.min = rule.min();
      this.max = rule.max();
      this.why = " is out of range; send degrees from " + (long) min + " to " + (long) max;
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (!beginsNumber(first)) {
        return wrongType(first, "a number", in, rejection);
      }
      if (!in.number()) {
        return false;
      }
      double degrees = in.numberAsDouble();
      if (degrees >= min && degrees <= max) {
        column.append(degrees + 0.0); // -0.0 becomes 0.0: they are the same place
      } else {
        reject(
            RejectionCode.BAD_COORDINATE,
            in.bytes(),
            in.numberFrom(),
            in.numberTo(),
            why,
            rejection);
      }
      return true;
    }
  }

  private static final class MomentReader extends FieldReader {

    private final LongColumn column;

    MomentReader(FieldRule.Moment rule, LongColumn column) {
      super(rule.field());
      this.column = column;
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      if (first != '"') {
        return wrongType(first, "a string", in, rejection);
      }
      if (!in.string()) {
        return false;
      }
      long micros = Timestamps.parse(in.text(), in.textFrom(), in.textTo());
      if (micros != Timestamps.NONE) {
        column.append(micros);
      } else if (!Text.isBlank(in.text(), in.textFrom(), in.textTo())) {
        reject(
            RejectionCode.BAD_TIMESTAMP,
            in.text(),
            in.textFrom(),
            in.textTo(),
            " is no timestamp; send one like 2020-08-28T03:52:47, in UTC or with a zone",
            rejection);
      }
      return true;
    }
  }

  private static final class DroppedReader extends FieldReader {

    DroppedReader(FieldRule.Dropped rule) {
      super(rule.field());
    }

    @Override
    boolean read(int first, JsonScanner in, Rejection rejection) {
      return in.skip();
    }
  }
}
