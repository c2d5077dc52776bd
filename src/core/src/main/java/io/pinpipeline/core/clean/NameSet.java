package io.pinpipeline.core.clean;

import java.util.Arrays;

/**
 * The names of the fields of one record, by a 64-bit hash, so that none is kept. Two different
 * names are taken for one in 2^64 pairs.
 */
final class NameSet {

  private static final int MOST_KEPT = 256;

  /** Open addressing; 0 is free. */
  private long[] hashes = new long[32];

  private int size;

  void clear() {
    if (size > 0) {
      if (hashes.length > MOST_KEPT) {
        hashes = new long[MOST_KEPT]; // or one huge record would slow down all that follow
      } else {
        Arrays.fill(hashes, 0);
      }
      size = 0;
    }
  }

  /** Adds a name; false if it is there. */
  boolean add(byte[] name, int from, int to) {
    if (!put(hashes, Fingerprint.ofText(name, from, to))) {
      return false;
    }
    if (++size * 2 > hashes.length) {
      long[] larger = new long[hashes.length * 2];
      for (long hash : hashes) {
        if (hash != 0) {
          put(larger, hash);
        }
      }
      hashes = larger;
    }
    return true;
  }

  private static boolean put(long[] table, long name) {
    long hash = name == 0 ? 1 : name;
    int slot = (int) (hash ^ (hash >>> 32)) & (table.length - 1);
    while (table[slot] != 0) {
      if (table[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = hash;
    return true;
  }
}
