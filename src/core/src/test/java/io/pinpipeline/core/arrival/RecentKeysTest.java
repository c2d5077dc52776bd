package io.pinpipeline.core.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RecentKeysTest {

  @Property(tries = 200)
  void guessesWhatAMapFinds(@ForAll Random random) {
    RecentKeys recent = new RecentKeys();
    Map<Long, Integer> younger = new HashMap<>();
    Map<Long, Integer> older = new HashMap<>();
    int keys = 1 + random.nextInt(2000);
    for (int step = 0; step < 2000; step++) {
      if (random.nextInt(700) == 0) {
        recent.forgetOlder();
        older = younger;
        younger = new HashMap<>();
      }
      // keys that differ in their highest bits alone, too
      long key = (long) random.nextInt(keys) << (random.nextBoolean() ? 0 : 44);
      int fingerprint = random.nextInt(2);
      Integer first =
          older.containsKey(key) ? older.get(key) : younger.putIfAbsent(key, fingerprint);
      Arrival expected =
          first == null
              ? Arrival.FIRST
              : first == fingerprint ? Arrival.DUPLICATE : Arrival.CONFLICT;
      assertThat(recent.arrive(key, fingerprint)).isEqualTo(expected);
      assertThat(recent.younger()).isEqualTo(younger.size());
    }
  }

  @Example
  void isSeldomWrongWithAMillionKeys() {
    RecentKeys recent = new RecentKeys();
    int wrong = 0;
    for (long key = 0; key < 1_000_000; key++) {
      wrong += recent.arrive(key, key) == Arrival.FIRST ? 0 : 1;
    }
    assertThat(wrong).isLessThan(5);
    for (long key = 0; key < 1000; key++) {
      assertThat(recent.arrive(key, key)).isEqualTo(Arrival.DUPLICATE);
      assertThat(recent.arrive(key, key + 1)).isEqualTo(Arrival.CONFLICT);
    }
  }
}
