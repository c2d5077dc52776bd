package io.pinpipeline.core.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.Example;

class BloomFilterTest {

  private static final int WORDS = 10_000;

  private static double wrong(int bitsPerKey) {
    SplittableRandom random = new SplittableRandom(bitsPerKey);
    BloomFilter filter = new BloomFilter(WORDS);
    long[] keys = random.longs(WORDS * (long) Long.SIZE / bitsPerKey).toArray();
    for (long key : keys) {
      filter.add(key);
    }
    for (long key : keys) {
      assertThat(filter.mayHave(key)).isTrue();
    }
    return random.longs(100_000).filter(filter::mayHave).count() / 100_000.0;
  }

  @Example
  void itIsNeverWrongAboutWhatIsThereAndSeldomAboutWhatIsNot() {
    assertThat(wrong(10)).isBetween(0.01, 0.04);
    assertThat(wrong(5)).isBetween(0.1, 0.2);
  }

  @Example
  void anEmptyOneHasNothing() {
    assertThat(new SplittableRandom(0).longs(1000).filter(new BloomFilter(1)::mayHave)).isEmpty();
  }
}
