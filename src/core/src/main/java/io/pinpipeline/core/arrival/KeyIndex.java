package io.pinpipeline.core.arrival;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that have arrived, each with the fingerprint of its first record and the minute at which
 * that was seen. It grows with its keys; keys older than is asked for count as absent.
 *
 * <p>Additions can be tentative: {@link #layer} begins an index on top of this one, which is thrown
 * away or {@linkplain #settle settled}.
 *
 * <p>It is made of tables that grow one at a time, so that growing takes little room and little
 * time at once. A key takes 27 to 40 bytes: 20 bytes a slot, of which between a half and three
 * quarters are taken. Not thread-safe.
 */
public final class KeyIndex {

  private static final int EMPTY = -1;
  private static final int SMALLEST = 16;

  /** Most slots of a table: arrays cannot be much larger. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  /** A power of two. */
  private static final int TABLES = 64;

  private final @Nullable KeyIndex below;
  private final @Nullable Table[] tables = new Table[TABLES];

  public KeyIndex() {
    this(null);
  }

  private KeyIndex(@Nullable KeyIndex below) {
    this.below = below;
  }

  /**
   * An index without keys of its own, that finds those of this one too.
   *
   * @param keys how many it will have, about; it has room for them from the beginning
   */
  public KeyIndex layer(long keys) {
    KeyIndex layer = new KeyIndex(this);
    // some more, for tables do not get the same number
    int each = (int) Math.min(Integer.MAX_VALUE / 2, keys / TABLES + keys / TABLES / 8);
    for (int number = 0; each > 0 && number < TABLES; number++) {
      layer.table(number).reserve(each);
    }
    return layer;
  }

  /**
   * Adds the keys of this layer to the index that it was begun on.
   *
   * @throws IllegalStateException if it is no layer
   */
  public void settle() {
    if (below == null) {
      throw new IllegalStateException("only a layer can be settled");
    }
    for (int number = 0; number < TABLES; number++) {
      Table table = tables[number];
      if (table != null) {
        Table target = below.table(number);
        // first, since keys in the order of their hashes would crowd one end of a small table
        target.reserve(table.size);
        for (int slot = 0; slot < table.minutes.length; slot++) {
          if (table.minutes[slot] != EMPTY) {
            target.put(
                mix(table.keys[slot]),
                table.keys[slot],
                table.fingerprints[slot],
                table.minutes[slot]);
          }
        }
      }
    }
  }

  /**
   * What a record would be, without adding it.
   *
   * @param oldestMinute what was first seen before it counts as absent
   */
  public Arrival look(long key, long fingerprint, int oldestMinute) {
    long hash = mix(key);
    Table table = tables[number(hash)];
    if (table != null) {
      int slot = table.slot(hash, key);
      if (table.minutes[slot] >= Math.max(0, oldestMinute)) {
        return table.fingerprints[slot] == fingerprint ? Arrival.DUPLICATE : Arrival.CONFLICT;
      }
    }
    return below == null ? Arrival.FIRST : below.look(key, fingerprint, oldestMinute);
  }

  /**
   * Adds a key, or replaces what is known of it.
   *
   * @param minute when it was first seen, in minutes since the epoch, not negative
   */
  public void put(long key, long fingerprint, int minute) {
    if (minute < 0) {
      throw new IllegalArgumentException("a minute before the epoch: " + minute);
    }
    long hash = mix(key);
    table(number(hash)).put(hash, key, fingerprint, minute);
  }

  /**
   * Arrivals by this index, to which every first one is added.
   *
   * @param minute the time at which they arrive
   * @param oldestMinute as {@link #look} takes it
   */
  public Arrivals arrivals(int minute, int oldestMinute) {
    return (key, fingerprint) -> {
      Arrival arrival = look(key, fingerprint, oldestMinute);
      if (arrival == Arrival.FIRST) {
        put(key, fingerprint, minute);
      }
      return arrival;
    };
  }

  /** How many keys it has; those below a layer are not counted. */
  public long size() {
    long size = 0;
    for (Table table : tables) {
      size += table == null ? 0 : table.size;
    }
    return size;
  }

  /** Forgets the keys first seen before a minute, and gives back their room. */
  public void forgetBefore(int minute) {
    for (Table table : tables) {
      if (table != null) {
        table.forgetBefore(minute);
      }
    }
  }

  private Table table(int number) {
    Table table = tables[number];
    if (table == null) {
      table = new Table();
      tables[number] = table;
    }
    return table;
  }

  /** Which table a key is in; its place there depends on other bits of the hash. */
  private static int number(long hash) {
    return (int) hash & TABLES - 1;
  }

  /** The finalizer of MurmurHash3. */
  static long mix(long key) {
    long hash = (key ^ key >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  /** Keys by open addressing. */
  private static final class Table {

    private long[] keys = new long[SMALLEST];
    private long[] fingerprints = new long[SMALLEST];

    /** {@link #EMPTY} tells a slot without a key. */
    private int[] minutes = new int[SMALLEST];

    private int size;

    Table() {
      Arrays.fill(minutes, EMPTY);
    }

    void put(long hash, long key, long fingerprint, int minute) {
      int slot = slot(hash, key);
      if (minutes[slot] == EMPTY) {
        if (size >= minutes.length / 4 * 3) {
          reserve(1);
          slot = slot(hash, key);
        }
        size++;
        keys[slot] = key;
      }
      fingerprints[slot] = fingerprint;
      minutes[slot] = minute;
    }

    void forgetBefore(int minute) {
      int kept = 0;
      for (int seen : minutes) {
        if (seen != EMPTY && seen >= minute) {
          kept++;
        }
      }
      if (kept < size) {
        // at most half full, so that it need not grow at once
        rebuild((int) Math.min(LARGEST, Math.max(SMALLEST, kept * 2L)), minute);
      }
    }

    /** Makes room for more keys. */
    void reserve(int more) {
      long needed = (long) size + more;
      long slots = minutes.length;
      while (needed > slots / 4 * 3) {
        if (slots == LARGEST) {
          throw new IllegalStateException(
              "there are more keys than one index can hold; give the horizon fewer days");
        }
        slots = Math.min(LARGEST, slots + slots / 2);
      }
      if (slots > minutes.length) {
        rebuild((int) slots, 0);
      }
    }

    private void rebuild(int slots, int oldestMinute) {
      long[] oldKeys = keys;
      long[] oldFingerprints = fingerprints;
      int[] oldMinutes = minutes;
      keys = new long[slots];
      fingerprints = new long[slots];
      minutes = new int[slots];
      Arrays.fill(minutes, EMPTY);
      size = 0;
      for (int old = 0; old < oldMinutes.length; old++) {
        if (oldMinutes[old] >= Math.max(0, oldestMinute)) {
          int slot = slot(mix(oldKeys[old]), oldKeys[old]);
          keys[slot] = oldKeys[old];
          fingerprints[slot] = oldFingerprints[old];
          minutes[slot] = oldMinutes[old];
          size++;
        }
      }
    }

    /** Where a key is, or would be. */
    int slot(long hash, long key) {
      int slot = (int) (((hash >>> 32) * minutes.length) >>> 32);
      while (minutes[slot] != EMPTY && keys[slot] != key) {
        slot = slot + 1 == minutes.length ? 0 : slot + 1;
      }
      return slot;
    }
  }
}
