package io.pinpipeline.transforms;

import java.util.Arrays;

/** The first arrival of each key, in primitive arrays: a hash table with linear probing. */
final class FirstArrivals {

  private static final long FREE = Long.MAX_VALUE;

  private final long[] keys;
  private final long[] fingerprints;

  /**
   * The batch in the high half, the ordinal in the low one; {@link #FREE} where there is no key.
   */
  private final long[] positions;

  private final int mask;

  /** The most keys of one table: half as many as the largest array of a power of two. */
  static final int MOST_KEYS = 1 << 29;

  /**
   * A table for up to {@code keys} keys.
   *
   * @throws IllegalArgumentException if they are more than {@link #MOST_KEYS}
   */
  FirstArrivals(long keys) {
    if (keys > MOST_KEYS) {
      throw new IllegalArgumentException(
          "One shard of keys has "
              + keys
              + " rows, and "
              + MOST_KEYS
              + " are the most that can be compared in one. Spread the keys over more shards.");
    }
    // a power of two, of which a quarter to a half is taken
    int slots = Integer.highestOneBit((int) Math.max(4, keys) - 1) << 2;
    this.keys = new long[slots];
    this.fingerprints = new long[slots];
    this.positions = new long[slots];
    Arrays.fill(positions, FREE);
    this.mask = slots - 1;
  }

  private static long position(int batch, int ordinal) {
    return (long) batch << 32 | ordinal;
  }

  /** The slot that holds the key, or the free one where it goes. */
  int find(long key) {
    long hash = key * 0x9e3779b97f4a7c15L;
    int slot = (int) (hash ^ hash >>> 32) & mask;
    while (positions[slot] != FREE && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  void offer(long key, int batch, int ordinal, long fingerprint) {
    int slot = find(key);
    long position = position(batch, ordinal);
    if (position < positions[slot]) {
      keys[slot] = key;
      positions[slot] = position;
      fingerprints[slot] = fingerprint;
    }
  }

  boolean isFirst(int slot, int batch, int ordinal) {
    return positions[slot] == position(batch, ordinal);
  }

  long fingerprint(int slot) {
    return fingerprints[slot];
  }
}
