package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeltaStatisticsTest {

  private static final String LARGEST = Character.toString(Character.MAX_CODE_POINT);

  @Property
  void boundsHoldInTheOrderOfUtf8(@ForAll long seed) {
    String text = Tables.randomText(new Random(seed));
    assertThat(compare(DeltaStatistics.lowerBound(text), text)).isNotPositive();
    assertThat(compare(DeltaStatistics.upperBound(text), text)).isNotNegative();
    assertThat(DeltaStatistics.lowerBound(text).length()).isLessThanOrEqualTo(32);
  }

  @Example
  void keepsShortTexts() {
    String text = "x".repeat(32);
    assertThat(DeltaStatistics.lowerBound(text)).isEqualTo(text);
    assertThat(DeltaStatistics.upperBound(text)).isEqualTo(text);
  }

  @Example
  void breaksTiesWithALargerCharacter() {
    String begin = "x".repeat(32);
    assertThat(DeltaStatistics.upperBound(begin + "a")).isEqualTo(begin + "\u007f");
    assertThat(DeltaStatistics.upperBound(begin + "\u007f")).isEqualTo(begin + LARGEST);
    assertThat(DeltaStatistics.upperBound(begin + "é")).isEqualTo(begin + LARGEST);
    assertThat(DeltaStatistics.upperBound(begin + LARGEST + "a"))
        .isEqualTo(begin + LARGEST + "\u007f");
    assertThat(DeltaStatistics.upperBound(begin + LARGEST)).isEqualTo(begin + LARGEST);
  }

  @Example
  void neverCutsACharacter() {
    String begin = "x".repeat(31);
    assertThat(DeltaStatistics.lowerBound(begin + "😍 and more")).isEqualTo(begin);
    assertThat(DeltaStatistics.upperBound(begin + "😍 and more")).isEqualTo(begin + LARGEST);
  }

  private static int compare(String left, String right) {
    return Arrays.compareUnsigned(
        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }
}
