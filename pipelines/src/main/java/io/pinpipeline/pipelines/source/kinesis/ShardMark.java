package io.pinpipeline.pipelines.source.kinesis;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * A place in a shard: behind the first so many values of a record. Producers may put several values
 * into one record of Kinesis, which share its sequence number.
 *
 * @param sequence the record's sequence number; empty for the oldest record that there is
 * @param values how many of its values lie before the place. If none do, the record need not be
 *     there: then the place is before the next one.
 */
record ShardMark(String sequence, long values) implements Serializable {

  /** Before all records that Kinesis still has. */
  static final ShardMark OLDEST = new ShardMark("", 0);

  /** An offset and a mark as one number that grows with both, as the sequence numbers do. */
  private static final int OFFSET_DIGITS = 19;

  private static final int VALUES_DIGITS = 9;

  /**
   * A mark with the offset that it stands at.
   *
   * @param offset that of the first value behind the mark
   */
  record At(ShardMark mark, long offset) implements Serializable {

    /**
     * As a sequence number. Beam keeps the sequence number of what it has read last, compares it
     * with others, and asks for what is behind it; so one that says more comes back.
     */
    String asSequenceNumber() {
      return mark.sequence + digits(offset, OFFSET_DIGITS) + digits(mark.values, VALUES_DIGITS);
    }

    static At ofSequenceNumber(String number) {
      int offset = number.length() - OFFSET_DIGITS - VALUES_DIGITS;
      int values = number.length() - VALUES_DIGITS;
      return new At(
          new ShardMark(number.substring(0, offset), Long.parseLong(number.substring(values))),
          Long.parseLong(number.substring(offset, values)));
    }

    /** The next larger sequence number, for what is no place. */
    String behindAsSequenceNumber() {
      return new BigInteger(asSequenceNumber()).add(BigInteger.ONE).toString();
    }

    private static String digits(long number, int count) {
      String digits = Long.toString(number);
      return "0".repeat(count - digits.length()) + digits;
    }
  }

  static ShardMark parse(String text) {
    int plus = text.lastIndexOf('+');
    return new ShardMark(text.substring(0, plus), Long.parseLong(text.substring(plus + 1)));
  }

  /** As {@link #parse} takes it. */
  @Override
  public String toString() {
    return sequence + "+" + values;
  }
}
