package io.pinpipeline.core.arrival;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * The keys that have arrived, each with the fingerprint of its first record and the minute at which
 * that was seen. It grows with its keys; keys older than is asked for count as absent.
 *
 * <p>Additions can be tentative: see {@link #trial}.
 *
 * <p>A key takes 43 to 53 bytes: 20 bytes a slot, of which a page has between a quarter and three
 * quarters taken. The first 16 MiB are on the heap, all others in a scratch file in {@code
 * java.io.tmpdir} that is mapped into memory; the heap has a hundred bytes for each of its pages of
 * 64 KiB. Not thread-safe.
 *
 * <p>This is extendible hashing (Fagin et al., 1979): the lowest bits of a key's hash tell its
 * page, and a page that gets full is split by one bit more. So it grows by a page at a time.
 */
public final class KeyIndex {

  private static final int PAGE_BYTES = 1 << 16;
  static final int PAGES_ON_HEAP = 256;

  /** Of a slot: the hash of the key, from which the key follows, the fingerprint, the state. */
  private static final int FINGERPRINT = Long.BYTES;

  private static final int STATE = FINGERPRINT + Long.BYTES;
  private static final int SLOT_BYTES = STATE + Integer.BYTES;

  /** The states of a slot; another is the minute, and one more. */
  private static final int EMPTY = 0;

  /** A key that was taken back. Its slot stays taken, so that others are found behind it. */
  private static final int TAKEN_BACK = -1;

  private static final int MOST_BITS = 30;

  private final ScratchPages pages;
  private final int slots;
  private final Random random = new Random();

  /** Nobody can know which keys would crowd one place. */
  private final long seed = random.nextLong();

  /** By the lowest bits of the hash; a page with fewer bits is there several times. */
  private Page[] directory;

  private long size;

  /** An index without keys. */
  public KeyIndex() {
    this(
        new ScratchPages(PAGE_BYTES, PAGES_ON_HEAP, Path.of(System.getProperty("java.io.tmpdir"))));
  }

  KeyIndex(ScratchPages pages) {
    this.pages = pages;
    this.slots = pages.bytes() / SLOT_BYTES;
    this.directory = new Page[] {new Page(0)};
  }

  /** Keys whose hashes have the same lowest bits, by open addressing. */
  private final class Page {

    private final ByteBuffer room = pages.next();
    private int bits;

    /**
     * With how many slots taken it is full: if it were the same in all, all would split at once.
     */
    private int most = most();

    private int keys;

    /** Slots of keys, and of those that were taken back. */
    private int taken;

    Page(int bits) {
      this.bits = bits;
    }

    /** Where a key is, or would be. */
    int find(long hash) {
      int at = (int) (((hash >>> 32) * slots) >>> 32) * SLOT_BYTES;
      while (room.getInt(at + STATE) != EMPTY && room.getLong(at) != hash) {
        at += SLOT_BYTES;
        if (at == slots * SLOT_BYTES) {
          at = 0;
        }
      }
      return at;
    }

    boolean isFull() {
      return taken >= most;
    }

    boolean isFullOfKeys() {
      return keys >= most / 2;
    }

    boolean hasKeysBelow(int leastState) {
      for (int at = 0; at < slots * SLOT_BYTES; at += SLOT_BYTES) {
        int state = room.getInt(at + STATE);
        if (state > EMPTY && state < leastState) {
          return true;
        }
      }
      return false;
    }

    void clear() {
      for (int at = 0; at < slots * SLOT_BYTES; at += SLOT_BYTES) {
        room.putInt(at + STATE, EMPTY);
      }
      keys = 0;
      taken = 0;
    }

    void set(int at, long hash, long fingerprint, int state) {
      int before = room.getInt(at + STATE);
      taken += before == EMPTY ? 1 : 0;
      keys += before > EMPTY ? 0 : 1;
      room.putLong(at, hash);
      room.putLong(at + FINGERPRINT, fingerprint);
      room.putInt(at + STATE, state);
    }
  }

  /**
   * What a record would be, without adding it.
   *
   * @param oldestMinute what was first seen before it counts as absent
   */
  public Arrival look(long key, long fingerprint, int oldestMinute) {
    long hash = hash(key);
    Page page = page(hash);
    return said(page, page.find(hash), fingerprint, oldestMinute);
  }

  private static Arrival said(Page page, int at, long fingerprint, int oldestMinute) {
    // what is no key has the state of no minute
    if (page.room.getInt(at + STATE) <= Math.max(0, oldestMinute)) {
      return Arrival.FIRST;
    }
    return page.room.getLong(at + FINGERPRINT) == fingerprint
        ? Arrival.DUPLICATE
        : Arrival.CONFLICT;
  }

  /**
   * Adds a key, or replaces what is known of it.
   *
   * @param minute when it was first seen, in minutes since the epoch, not negative
   * @throws java.io.UncheckedIOException if the scratch file cannot grow; then the key is not added
   */
  public void put(long key, long fingerprint, int minute) {
    requireMinute(minute);
    long hash = hash(key);
    Page page = page(hash);
    put(page, page.find(hash), hash, fingerprint, minute);
  }

  private static void requireMinute(int minute) {
    if (minute < 0 || minute == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a minute before the epoch, or at the end of time: " + minute);
    }
  }

  private void put(Page page, int at, long hash, long fingerprint, int minute) {
    int state = page.room.getInt(at + STATE);
    if (state == EMPTY && page.isFull()) {
      do {
        if (page.isFullOfKeys()) {
          split(page, hash);
          page = page(hash);
        } else {
          distribute(page, ByteBuffer.allocate(pages.bytes()), EMPTY + 1);
        }
      } while (page.isFull());
      at = page.find(hash);
    }
    size += state > EMPTY ? 0 : 1;
    page.set(at, hash, fingerprint, minute + 1);
  }

  /**
   * Arrivals by this index, to which every first one is added.
   *
   * @param minute the time at which they arrive
   * @param oldestMinute as {@link #look} takes it
   */
  public Arrivals arrivals(int minute, int oldestMinute) {
    requireMinute(minute);
    return (key, fingerprint) -> arrive(hash(key), fingerprint, minute, oldestMinute);
  }

  private Arrival arrive(long hash, long fingerprint, int minute, int oldestMinute) {
    Page page = page(hash);
    int at = page.find(hash);
    Arrival arrival = said(page, at, fingerprint, oldestMinute);
    if (arrival == Arrival.FIRST) {
      put(page, at, hash, fingerprint, minute);
    }
    return arrival;
  }

  /**
   * Arrivals like {@link #arrivals} that can be taken back.
   *
   * @param minute the time at which they arrive
   * @param oldestMinute as {@link #look} takes it, not less than in any call before
   * @param keys how many there will be, about
   */
  public Trial trial(int minute, int oldestMinute, long keys) {
    requireMinute(minute);
    return new Trial(minute, oldestMinute, (int) Math.min(Integer.MAX_VALUE / 2, keys));
  }

  /** Arrivals that are part of the index unless they are taken back. */
  public final class Trial implements Arrivals {

    private final int minute;
    private final int oldestMinute;
    private long[] added;
    private int count;

    private Trial(int minute, int oldestMinute, int keys) {
      this.minute = minute;
      this.oldestMinute = oldestMinute;
      this.added = new long[keys];
    }

    @Override
    public Arrival arrive(long key, long fingerprint) {
      long hash = hash(key);
      Arrival arrival = KeyIndex.this.arrive(hash, fingerprint, minute, oldestMinute);
      if (arrival == Arrival.FIRST) {
        if (count == added.length) {
          added = Arrays.copyOf(added, Math.addExact(count, count / 2 + 16));
        }
        added[count++] = hash;
      }
      return arrival;
    }

    /** Makes the index say what it would say if none of these had arrived. */
    public void takeBack() {
      for (int i = 0; i < count; i++) {
        Page page = page(added[i]);
        int at = page.find(added[i]);
        if (page.room.getInt(at + STATE) > EMPTY) {
          page.room.putInt(at + STATE, TAKEN_BACK);
          page.keys--;
          size--;
        }
      }
      count = 0;
    }
  }

  /** How many keys it has. */
  public long size() {
    return size;
  }

  /** How many pages it has. */
  long pages() {
    long count = 0;
    for (int number = 0; number < directory.length; number++) {
      count += number < 1 << directory[number].bits ? 1 : 0;
    }
    return count;
  }

  /** Forgets the keys first seen before a minute; their room is for those that come. */
  public void forgetBefore(int minute) {
    ByteBuffer copy = ByteBuffer.allocate(pages.bytes());
    int least = Math.max(0, minute) + 1;
    for (int number = 0; number < directory.length; number++) {
      Page page = directory[number];
      // the first of its places
      if (number < 1 << page.bits && page.hasKeysBelow(least)) {
        distribute(page, copy, least);
      }
    }
  }

  private void split(Page page, long hash) {
    int bits = page.bits;
    if (bits == MOST_BITS) {
      throw new IllegalStateException(
          "there are more keys than one index can hold; give the horizon fewer days");
    }
    Page other = new Page(bits + 1);
    int places = directory.length;
    if (places == 1 << bits) {
      directory = Arrays.copyOf(directory, places * 2);
      System.arraycopy(directory, 0, directory, places, places);
    }
    int first = ((int) hash & ((1 << bits) - 1)) | (1 << bits);
    for (int number = first; number < directory.length; number += 2 << bits) {
      directory[number] = other;
    }
    page.bits++;
    page.most = most();
    distribute(page, ByteBuffer.allocate(pages.bytes()), EMPTY + 1);
  }

  /** Puts what is in a page to where it is to be now, but for what has a lesser state. */
  private void distribute(Page page, ByteBuffer copy, int leastState) {
    copy.clear().order(page.room.order()).put(0, page.room, 0, slots * SLOT_BYTES);
    page.clear();
    for (int at = 0; at < slots * SLOT_BYTES; at += SLOT_BYTES) {
      int state = copy.getInt(at + STATE);
      if (state >= leastState) {
        long hash = copy.getLong(at);
        Page target = page(hash);
        target.set(target.find(hash), hash, copy.getLong(at + FINGERPRINT), state);
      } else if (state > EMPTY) {
        size--;
      }
    }
  }

  /** Between a half and three quarters of the slots. */
  private int most() {
    return slots / 2 + random.nextInt(slots / 4 + 1);
  }

  private Page page(long hash) {
    return directory[(int) hash & directory.length - 1];
  }

  private long hash(long key) {
    return mix(key ^ seed);
  }

  /** The finalizer of MurmurHash3, which gives each key another value. */
  static long mix(long key) {
    long hash = (key ^ key >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }
}
