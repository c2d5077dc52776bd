package io.pinpipeline.transforms;

import io.pinpipeline.core.batch.Repeats;
import java.util.Arrays;

/** Gathers the repeats of one batch, found by several shards in any order; each is found once. */
public final class RepeatsBuilder {

  /** The ordinal above, the verdict in the lowest bit. */
  private long[] found = new long[16];

  private int size;

  void add(int ordinal, boolean conflicting) {
    if (size == found.length) {
      found = Arrays.copyOf(found, size * 2);
    }
    found[size++] = (long) ordinal << 1 | (conflicting ? 1 : 0);
  }

  /** Adds what another shard found. */
  public void addAll(Repeats repeats) {
    for (int i = 0; i < repeats.size(); i++) {
      add(repeats.ordinal(i), repeats.isConflict(i));
    }
  }

  /** All that were added, by their ordinals. */
  public Repeats build() {
    Arrays.sort(found, 0, size);
    int[] ordinals = new int[size];
    boolean[] conflicting = new boolean[size];
    for (int i = 0; i < size; i++) {
      ordinals[i] = (int) (found[i] >>> 1);
      conflicting[i] = (found[i] & 1) == 1;
    }
    return new Repeats(ordinals, conflicting);
  }
}
