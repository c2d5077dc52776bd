package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstArrivalsTest {

  record Arrival(long key, int batch, int ordinal, long fingerprint) {}

  @Property(tries = 500)
  void keepsTheLowestPositionOfEachKeyInWhateverOrderTheyCome(
      @ForAll("arrivals") List<Arrival> arrivals, @ForAll Random random) {
    Map<Long, Arrival> model = new HashMap<>();
    arrivals.stream()
        .sorted(Comparator.comparingInt(Arrival::batch).thenComparingInt(Arrival::ordinal))
        .forEach(arrival -> model.putIfAbsent(arrival.key(), arrival));

    Collections.shuffle(arrivals, random);
    FirstArrivals first = new FirstArrivals(arrivals.size());
    for (Arrival arrival : arrivals) {
      first.offer(arrival.key(), arrival.batch(), arrival.ordinal(), arrival.fingerprint());
    }

    for (Arrival arrival : arrivals) {
      int slot = first.find(arrival.key());
      Arrival expected = model.get(arrival.key());
      assertThat(first.isFirst(slot, arrival.batch(), arrival.ordinal()))
          .isEqualTo(arrival.equals(expected));
      assertThat(first.fingerprint(slot)).isEqualTo(expected.fingerprint());
    }
  }

  @Provide
  Arbitrary<List<Arrival>> arrivals() {
    Arbitrary<Long> keys =
        Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-2, 2));
    Arbitrary<Integer> batches =
        Arbitraries.oneOf(
            Arbitraries.integers().greaterOrEqual(KeyBlock.IN_TABLE),
            Arbitraries.integers().between(KeyBlock.IN_TABLE, 1));
    Arbitrary<Integer> ordinals =
        Arbitraries.oneOf(
            Arbitraries.integers().greaterOrEqual(0), Arbitraries.integers().between(0, 3));
    return Combinators.combine(keys, batches, ordinals, Arbitraries.longs())
        .as(Arrival::new)
        .list()
        .uniqueElements(arrival -> List.of(arrival.batch(), arrival.ordinal()))
        .ofMaxSize(60);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1 << 10, 1 << 20, 1L << 40})
  void holdsAsManyKeysAsItWasMadeFor(long step) {
    int count = 100_000;
    FirstArrivals first = new FirstArrivals(count);

    LongStream.range(0, count).forEach(i -> first.offer(i * step, 0, (int) i, -i));

    for (int i = 0; i < count; i++) {
      int slot = first.find(i * step);
      assertThat(first.isFirst(slot, 0, i)).isTrue();
      assertThat(first.fingerprint(slot)).isEqualTo(-i);
    }
  }

  @Test
  void refusesMoreKeysThanItCanHold() {
    assertThatThrownBy(() -> new FirstArrivals(FirstArrivals.MOST_KEYS + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shards");
  }
}
