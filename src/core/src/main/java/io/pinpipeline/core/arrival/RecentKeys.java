package io.pinpipeline.core.arrival;

/**
 * A guess at what records are to those before them, for callers that can bear a wrong one: keys
 * that arrived lately, in 11 to 16 bytes each.
 *
 * <p>Of a key it keeps 48 bits of a hash, and 16 of its first record's fingerprint. With three
 * million keys one new key in a hundred million is taken for a known one, with more keys more of
 * them; one conflict in 65,536 is taken for a duplicate. It has two generations, of which the older
 * can be forgotten. Not thread-safe.
 */
public final class RecentKeys implements Arrivals {

  private static final int FINGERPRINT_BITS = 16;

  private Table younger = new Table();
  private Table older = new Table();

  @Override
  public Arrival arrive(long key, long fingerprint) {
    long entry = entry(key, fingerprint);
    Arrival arrival = older.look(entry);
    return arrival == Arrival.FIRST ? younger.arrive(entry) : arrival;
  }

  /** How many keys have arrived since the last call of {@link #forgetOlder}. */
  public int younger() {
    return younger.size;
  }

  /** Forgets what had arrived before the last call. */
  public void forgetOlder() {
    older = younger;
    younger = new Table();
  }

  private static long entry(long key, long fingerprint) {
    long ofKey = KeyIndex.mix(key) & -1L << FINGERPRINT_BITS;
    long ofFingerprint = KeyIndex.mix(fingerprint) >>> (Long.SIZE - FINGERPRINT_BITS);
    long entry = ofKey | ofFingerprint;
    return entry == Table.EMPTY ? 1 : entry;
  }

  /** Entries by open addressing. */
  private static final class Table {

    static final long EMPTY = 0;
    private static final int SMALLEST = 16;

    private long[] entries = new long[SMALLEST];
    private int size;

    Arrival look(long entry) {
      return arrival(entry, entries[slot(entry)]);
    }

    /** Adds it where it is the first. */
    Arrival arrive(long entry) {
      int slot = slot(entry);
      Arrival arrival = arrival(entry, entries[slot]);
      if (arrival == Arrival.FIRST) {
        if (size >= entries.length / 4 * 3) {
          grow();
          slot = slot(entry);
        }
        entries[slot] = entry;
        size++;
      }
      return arrival;
    }

    private static Arrival arrival(long entry, long found) {
      if (found == EMPTY) {
        return Arrival.FIRST;
      }
      return found == entry ? Arrival.DUPLICATE : Arrival.CONFLICT;
    }

    private void grow() {
      long[] old = entries;
      entries = new long[Math.addExact(old.length, old.length / 2)];
      for (long entry : old) {
        if (entry != EMPTY) {
          entries[slot(entry)] = entry;
        }
      }
    }

    /** Where a key's entry is, or would be. */
    private int slot(long entry) {
      int slot = (int) (((entry >>> 33) * entries.length) >>> 31);
      while (entries[slot] != EMPTY && (entries[slot] ^ entry) >>> FINGERPRINT_BITS != 0) {
        slot = slot + 1 == entries.length ? 0 : slot + 1;
      }
      return slot;
    }
  }
}
