package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.geo.Geo;
import io.pinpipeline.core.pin.Pin;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.testing.CoderProperties;
import org.junit.jupiter.api.Test;

class RecordCoderTest {

  /** Every type of component that there is a coder for. */
  public record Everything(
      long wide,
      Long wideOrNull,
      int narrow,
      Integer narrowOrNull,
      double real,
      Double realOrNull,
      String text,
      Instant moment,
      ByteBuffer bytes,
      RejectionCode code) {}

  private final RecordCoder<Everything> coder = RecordCoder.of(Everything.class);

  @Property(tries = 300)
  void bringsBackEveryValueAndNull(@ForAll("records") Everything record) throws Exception {
    assertThat(Batches.travelled(coder, record)).isEqualTo(record);
    CoderProperties.coderDecodeEncodeEqual(coder, record);
  }

  @Property(tries = 300)
  void tellsRecordsApart(@ForAll("records") Everything one, @ForAll("records") Everything other)
      throws Exception {
    CoderProperties.coderConsistentWithEquals(coder, one, other);
  }

  @Test
  void leavesTheBytesOfARecordUnread() throws Exception {
    DeadLetter letter =
        new DeadLetter(
            "pin",
            RejectionCode.MALFORMED_JSON,
            null,
            "no JSON",
            ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 2).asReadOnlyBuffer(),
            1,
            Instant.EPOCH,
            null,
            "object",
            null,
            7);

    assertThat(Batches.travelled(RecordCoder.of(DeadLetter.class), letter)).isEqualTo(letter);
    assertThat(letter.raw().remaining()).isEqualTo(2);
  }

  @Test
  void knowsTheRecordsOfAllDatasets() {
    assertThat(List.of(Datasets.PIN, Datasets.GEO, Datasets.USER))
        .hasSameSizeAs(Datasets.all())
        .allSatisfy(dataset -> RecordCoder.of(dataset.type()));
  }

  @Test
  void isEqualToCodersOfTheSameRecords() {
    assertThat(RecordCoder.of(Pin.class))
        .isEqualTo(RecordCoder.of(Pin.class))
        .hasSameHashCodeAs(RecordCoder.of(Pin.class))
        .isNotEqualTo(RecordCoder.of(Geo.class));
  }

  @Test
  void refusesATypeThatItDoesNotKnow() {
    record Unknown(List<String> texts) {}
    assertThatThrownBy(() -> RecordCoder.of(Unknown.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("texts");
  }

  @Provide
  Arbitrary<Everything> records() {
    Arbitrary<Long> longs = Arbitraries.longs();
    Arbitrary<Integer> integers = Arbitraries.integers();
    Arbitrary<Double> doubles =
        Arbitraries.oneOf(
            Arbitraries.doubles(),
            Arbitraries.of(Double.NaN, -0.0, 0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY));
    Arbitrary<String> texts = Arbitraries.of("", "a", "größe 😀", "\u0000\n");
    Arbitrary<Instant> moments =
        Arbitraries.longs()
            .between(-62_135_596_800_000_000L, 253_402_300_799_999_999L)
            .map(
                micros ->
                    Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L),
                        Math.floorMod(micros, 1_000_000L) * 1000));
    Arbitrary<ByteBuffer> bytes =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(ByteBuffer::wrap);
    double nulls = 0.2;
    return Combinators.combine(
            Combinators.combine(longs, integers, doubles).as(List::<Object>of),
            longs.injectNull(nulls),
            integers.injectNull(nulls),
            doubles.injectNull(nulls),
            texts.injectNull(nulls),
            moments.injectNull(nulls),
            bytes.injectNull(nulls),
            Arbitraries.of(RejectionCode.class).injectNull(nulls))
        .as(
            (primitives, wide, narrow, real, text, moment, buffer, code) ->
                new Everything(
                    (Long) primitives.get(0),
                    wide,
                    (Integer) primitives.get(1),
                    narrow,
                    (Double) primitives.get(2),
                    real,
                    text,
                    moment,
                    buffer,
                    code));
  }
}
