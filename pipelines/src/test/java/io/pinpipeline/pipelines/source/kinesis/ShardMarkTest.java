package io.pinpipeline.pipelines.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class ShardMarkTest {

  private static final String SEQUENCE = "49590338271490256608559692538361571095921575989136588898";

  @Property(tries = 200)
  void comesBackFromASequenceNumber(
      @ForAll @LongRange(min = 0) long offset, @ForAll @IntRange(max = 999_999_999) int values) {
    ShardMark.At at = new ShardMark.At(new ShardMark(SEQUENCE, values), offset);
    assertThat(ShardMark.At.ofSequenceNumber(at.asSequenceNumber())).isEqualTo(at);
    assertThat(ShardMark.parse(at.mark().toString())).isEqualTo(at.mark());
  }

  /** Beam drops what is not behind its checkpoint. */
  @Test
  void growsAsTheReaderGoesOn() {
    ShardMark.At some = new ShardMark.At(new ShardMark(SEQUENCE, 2), 7);
    ShardMark.At sameRecord = new ShardMark.At(new ShardMark(SEQUENCE, 3), 8);
    String next = new BigInteger(SEQUENCE).add(BigInteger.ONE).toString();
    ShardMark.At nextRecord = new ShardMark.At(new ShardMark(next, 1), 9);

    assertThat(extended(some.asSequenceNumber()))
        .isLessThan(extended(some.behindAsSequenceNumber()))
        .isLessThan(extended(sameRecord.asSequenceNumber()));
    assertThat(extended(sameRecord.asSequenceNumber()))
        .isLessThan(extended(nextRecord.asSequenceNumber()))
        .isGreaterThan(ExtendedSequenceNumber.TRIM_HORIZON);
  }

  private static ExtendedSequenceNumber extended(String sequenceNumber) {
    return new ExtendedSequenceNumber(sequenceNumber, 0L);
  }
}
