package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.batch.Repeats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RepeatsBuilderTest {

  @Property(tries = 300)
  void gathersWhatShardsFoundInWhateverOrder(
      @ForAll @Size(max = 60) Set<@IntRange(min = 0) Integer> ordinals, @ForAll Random random) {
    List<Integer> order = new ArrayList<>(ordinals);
    Collections.shuffle(order, random);
    RepeatsBuilder shard = new RepeatsBuilder();
    RepeatsBuilder all = new RepeatsBuilder();

    for (int ordinal : order) {
      (random.nextBoolean() ? shard : all).add(ordinal, isConflict(ordinal));
    }
    all.addAll(shard.build());

    Repeats repeats = all.build();
    assertThat(repeats.size()).isEqualTo(ordinals.size());
    List<Integer> sorted = ordinals.stream().sorted().toList();
    for (int i = 0; i < repeats.size(); i++) {
      assertThat(repeats.ordinal(i)).isEqualTo(sorted.get(i));
      assertThat(repeats.isConflict(i)).isEqualTo(isConflict(sorted.get(i)));
    }
  }

  @Test
  void findsNoneInNothing() {
    assertThat(new RepeatsBuilder().build()).isEqualTo(Repeats.NONE);
  }

  private static boolean isConflict(int ordinal) {
    return ordinal % 3 == 1;
  }
}
