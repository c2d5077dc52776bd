package io.pinpipeline.core.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class KeyIndexTest {

  private record Seen(long fingerprint, int minute) {}

  @Property(tries = 200)
  void itFindsWhatAMapFinds(@ForAll Random random) {
    KeyIndex index = new KeyIndex();
    Map<Long, Seen> map = new HashMap<>();
    int keys = 1 + random.nextInt(2000);
    for (int step = 0; step < 2000; step++) {
      // keys that differ in their highest bits alone, too
      long key = (long) random.nextInt(keys) << (random.nextBoolean() ? 0 : 44);
      int minute = random.nextInt(100);
      if (random.nextInt(500) == 0) {
        index.forgetBefore(minute);
        map.values().removeIf(seen -> seen.minute() < minute);
      } else if (random.nextBoolean()) {
        index.put(key, key % 3, minute);
        map.put(key, new Seen(key % 3, minute));
      }
      Seen seen = map.get(key);
      Arrival expected =
          seen == null || seen.minute() < minute
              ? Arrival.FIRST
              : seen.fingerprint() == 1 ? Arrival.DUPLICATE : Arrival.CONFLICT;
      assertThat(index.look(key, 1, minute)).isEqualTo(expected);
    }
    assertThat(index.size()).isEqualTo(map.size());
  }

  @Property(tries = 50)
  void aLayerCountsOnlyWhenItIsSettled(@ForAll Random random) {
    KeyIndex index = new KeyIndex();
    KeyIndex expected = new KeyIndex();
    for (int round = 0; round < 10; round++) {
      KeyIndex layer = index.layer(random.nextInt(300));
      boolean settled = random.nextBoolean();
      for (int i = random.nextInt(200); i > 0; i--) {
        long key = random.nextInt(500);
        long fingerprint = random.nextInt(2);
        Arrival arrival = layer.arrivals(round, 0).arrive(key, fingerprint);
        assertThat(layer.look(key, fingerprint, 0)).isNotEqualTo(Arrival.FIRST);
        if (settled) {
          assertThat(arrival).isEqualTo(expected.arrivals(round, 0).arrive(key, fingerprint));
        }
      }
      if (settled) {
        layer.settle();
      }
      for (long key = 0; key < 500; key++) {
        assertThat(index.look(key, 1, 0)).isEqualTo(expected.look(key, 1, 0));
      }
      assertThat(index.size()).isEqualTo(expected.size());
    }
  }

  /** They come in the order of their hashes, which must not crowd one end of the table. */
  @Example
  void aLargeLayerSettlesInASmallIndex() {
    KeyIndex index = new KeyIndex();
    KeyIndex layer = index.layer(0);
    for (long key = 0; key < 1_000_000; key++) {
      layer.put(key, key, 0);
    }
    layer.settle();
    assertThat(index.size()).isEqualTo(1_000_000);
    assertThat(index.look(999_999, 999_999, 0)).isEqualTo(Arrival.DUPLICATE);
  }

  @Example
  void whatIsOlderThanTheHorizonIsAbsentAndMayComeAgain() {
    KeyIndex index = new KeyIndex();
    assertThat(index.arrivals(10, 0).arrive(1, 5)).isEqualTo(Arrival.FIRST);
    assertThat(index.arrivals(20, 10).arrive(1, 6)).isEqualTo(Arrival.CONFLICT);
    assertThat(index.arrivals(20, 11).arrive(1, 6)).isEqualTo(Arrival.FIRST);
    assertThat(index.arrivals(30, 20).arrive(1, 6)).isEqualTo(Arrival.DUPLICATE);
    assertThat(index.size()).isEqualTo(1);
  }

  @Example
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new KeyIndex().put(1, 1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before the epoch");
    assertThatThrownBy(() -> new KeyIndex().settle()).isInstanceOf(IllegalStateException.class);
  }
}
