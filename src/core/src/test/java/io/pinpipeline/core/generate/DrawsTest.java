package io.pinpipeline.core.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DrawsTest {

  @Property(tries = 200)
  void permutesTheNumbersOfAnyWidth(@ForAll @IntRange(max = 12) int bits, @ForAll long salt) {
    BitSet seen = new BitSet();
    for (int x = 0; x < 1 << bits; x++) {
      seen.set(Draws.permute(bits, salt, x));
    }
    assertThat(seen.cardinality()).isEqualTo(1 << bits);
    assertThat(seen.length()).isEqualTo(1 << bits);
  }

  @Property
  void drawsBelowTheBound(@ForAll long seed, @ForAll @IntRange(min = 1) int bound) {
    Draws draws = new Draws().restart(seed, 0, 0);
    assertThat(draws.below(bound)).isBetween(0, bound - 1);
    assertThat(draws.lowBelow(bound)).isBetween(0, bound - 1);
    assertThat(draws.lowestBelow(bound)).isBetween(0, bound - 1);
  }

  @Test
  void drawsEveryNumberAboutAsOften() {
    Draws draws = new Draws().restart(1, 2, 3);
    int[] counts = new int[10];
    for (int i = 0; i < 100_000; i++) {
      counts[draws.below(10)]++;
    }
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(9_600, 10_400));
  }
}
