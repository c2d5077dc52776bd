package io.pinpipeline.core.arrival;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that have arrived, each with the fingerprint of its first record and the minute at which
 * that was seen. It grows with its keys; keys older than is asked for count as absent.
 *
 * <p>Additions can be tentative: see {@link #trial}. Keys can outgrow the heap: see {@link #spill}.
 *
 * <p>A key takes 43 to 53 bytes: 20 bytes a slot, of which a page has between a quarter and three
 * quarters taken. Not thread-safe.
 *
 * <p>This is extendible hashing (Fagin et al., 1979): the lowest bits of a key's hash tell its
 * page, and a page that gets full is split by one bit more. So it grows by a page at a time. What
 * has been spilled does not change any more, and is asked after what came behind it.
 */
public final class KeyIndex {

  private static final int PAGE_BYTES = 1 << 16;

  /** Parts of the heap: of keys, of which there is as much again while a file is written. */
  private static final long PAGES_ON_HEAP = Runtime.getRuntime().maxMemory() / 12 / PAGE_BYTES;

  private static final int FILTER_WORDS =
      (int) Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 16 / Long.BYTES);

  /** Of a slot: the hash of the key, from which the key follows, the fingerprint, the state. */
  private static final int FINGERPRINT = Long.BYTES;

  private static final int STATE = FINGERPRINT + Long.BYTES;
  private static final int SLOT_BYTES = STATE + Integer.BYTES;

  /** The states of a slot; another is the minute, and one more. */
  private static final int EMPTY = 0;

  /** A key that was taken back. Its slot stays taken, so that others are found behind it. */
  private static final int TAKEN_BACK = -1;

  private static final int MOST_BITS = 30;

  private final int pageBytes;
  private final int slots;
  private final long mostPages;
  private final int filterWords;
  private final Path folder;

  /** For a page while what is in it is put elsewhere. */
  private final ByteBuffer copy;

  private final Random random = new Random();

  /** Nobody can know which keys would crowd one place. */
  private final long seed = random.nextLong();

  private Generation growing;

  /** Those before it, the latest first, of which only that may not have been written yet. */
  private Generation[] spilled = {};

  /** The keys of those that have been written. */
  private BloomFilter inFiles = new BloomFilter(1);

  /** What was first seen before it is forgotten. */
  private int forgottenBefore;

  /** An index without keys. */
  public KeyIndex() {
    this(PAGE_BYTES, PAGES_ON_HEAP, FILTER_WORDS, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * An index without keys.
   *
   * @param pageBytes the size of a page
   * @param mostPages how many of them stay on the heap
   * @param filterWords how many words tell which keys are in no file
   * @param folder where it spills to
   */
  KeyIndex(int pageBytes, long mostPages, int filterWords, Path folder) {
    this.pageBytes = pageBytes;
    this.slots = pageBytes / SLOT_BYTES;
    this.mostPages = mostPages;
    this.filterWords = filterWords;
    this.folder = folder;
    this.copy = newRoom();
    this.growing = new Generation();
  }

  /** Keys whose hashes have the same lowest bits, by open addressing. */
  private final class Page {

    private ByteBuffer room = newRoom();
    private int bits;

    /** With how many slots taken it is full: were it the same for all, all would split at once. */
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

    int state(int at) {
      return room.getInt(at + STATE);
    }

    boolean isFull() {
      return taken >= most;
    }

    boolean isFullOfKeys() {
      return keys >= most / 2;
    }

    void addTo(BloomFilter filter) {
      for (int at = 0; at < slots * SLOT_BYTES; at += SLOT_BYTES) {
        if (state(at) > EMPTY) {
          filter.add(room.getLong(at));
        }
      }
    }

    boolean hasKeysBelow(int leastState) {
      for (int at = 0; at < slots * SLOT_BYTES; at += SLOT_BYTES) {
        int state = state(at);
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
      int before = state(at);
      taken += before == EMPTY ? 1 : 0;
      keys += before > EMPTY ? 0 : 1;
      room.putLong(at, hash);
      room.putLong(at + FINGERPRINT, fingerprint);
      room.putInt(at + STATE, state);
    }

    void takeBack(int at) {
      if (state(at) > EMPTY) {
        room.putInt(at + STATE, TAKEN_BACK);
        keys--;
      }
    }
  }

  /** Keys that came in one time. */
  private final class Generation {

    /** By the lowest bits of the hash; a page with fewer bits is there several times. */
    private Page[] directory = {new Page(0)};

    private int pages = 1;
    private int latest;

    /** The pages as they are in a file, once they are there. */
    private @Nullable CompletableFuture<List<ByteBuffer>> written;

    Page page(long hash) {
      return directory[(int) hash & directory.length - 1];
    }

    List<Page> pages() {
      List<Page> all = new ArrayList<>(pages);
      for (int number = 0; number < directory.length; number++) {
        // the first of its places
        if (number < 1 << directory[number].bits) {
          all.add(directory[number]);
        }
      }
      return all;
    }

    void put(long hash, long fingerprint, int state) {
      Page page = page(hash);
      int at = page.find(hash);
      if (page.state(at) == EMPTY && page.isFull()) {
        do {
          if (page.isFullOfKeys()) {
            split(page, hash);
            page = page(hash);
          } else {
            distribute(page, EMPTY + 1);
          }
        } while (page.isFull());
        at = page.find(hash);
      }
      page.set(at, hash, fingerprint, state);
      latest = Math.max(latest, state);
    }

    private void split(Page page, long hash) {
      int bits = page.bits;
      if (bits == MOST_BITS) {
        throw new IllegalStateException(
            "there are more keys than one index can hold; give the horizon fewer days");
      }
      Page other = new Page(bits + 1);
      pages++;
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
      distribute(page, EMPTY + 1);
    }

    /** Puts what is in a page to where it is to be now, but for what has a lesser state. */
    private void distribute(Page page, int leastState) {
      copy.put(0, page.room, 0, slots * SLOT_BYTES);
      page.clear();
      for (int at = 0; at < slots * SLOT_BYTES; at += SLOT_BYTES) {
        int state = copy.getInt(at + STATE);
        if (state >= leastState) {
          long hash = copy.getLong(at);
          Page target = page(hash);
          target.set(target.find(hash), hash, copy.getLong(at + FINGERPRINT), state);
        }
      }
    }

    void forgetBelow(int leastState) {
      for (Page page : pages()) {
        if (page.hasKeysBelow(leastState)) {
          distribute(page, leastState);
        }
      }
    }

    void addTo(BloomFilter filter) {
      pages().forEach(page -> page.addTo(filter));
    }

    /** Begins to write it to a file and to add its keys to a filter, beside all else. */
    void beginWriting(BloomFilter filter) {
      List<ByteBuffer> rooms = pages().stream().map(page -> page.room).toList();
      written =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  addTo(filter);
                  return ScratchFile.write(folder, rooms);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }

    /** Gives up its room on the heap, if that is being written and is done or to be waited for. */
    void endWriting(boolean wait) {
      CompletableFuture<List<ByteBuffer>> ending = written;
      if (ending == null || !(wait || ending.isDone())) {
        return;
      }
      List<ByteBuffer> rooms;
      try {
        rooms = ending.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof UncheckedIOException failed ? failed : e;
      }
      List<Page> all = pages();
      for (int number = 0; number < all.size(); number++) {
        all.get(number).room = rooms.get(number);
      }
      written = null;
    }
  }

  /**
   * What a record would be, without adding it.
   *
   * @param oldestMinute what was first seen before it counts as absent
   */
  public Arrival look(long key, long fingerprint, int oldestMinute) {
    return lookUp(hash(key), fingerprint, oldestMinute);
  }

  private Arrival lookUp(long hash, long fingerprint, int oldestMinute) {
    Page page = growing.page(hash);
    int at = page.find(hash);
    int state = page.state(at);
    int looked = 0;
    if (state <= EMPTY && spilled.length > 0) {
      looked = inFiles.mayHave(hash) ? spilled.length : spilled[0].written == null ? 0 : 1;
    }
    for (int number = 0; state <= EMPTY && number < looked; number++) {
      page = spilled[number].page(hash);
      at = page.find(hash);
      state = page.state(at);
    }
    // what is no key has the state of no minute
    if (state <= Math.max(oldestMinute, forgottenBefore)) {
      return Arrival.FIRST;
    }
    return page.room.getLong(at + FINGERPRINT) == fingerprint
        ? Arrival.DUPLICATE
        : Arrival.CONFLICT;
  }

  /**
   * Adds a key, or replaces what is known of it.
   *
   * @param minute when it was first seen, in minutes since the epoch, not negative; not less than
   *     what it replaces, which else may be found again once this is forgotten
   */
  public void put(long key, long fingerprint, int minute) {
    requireMinute(minute);
    growing.put(hash(key), fingerprint, minute + 1);
  }

  private static void requireMinute(int minute) {
    if (minute < 0 || minute == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a minute before the epoch, or at the end of time: " + minute);
    }
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
    Arrival arrival = lookUp(hash, fingerprint, oldestMinute);
    if (arrival == Arrival.FIRST) {
      growing.put(hash, fingerprint, minute + 1);
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
    private final Generation generation = growing;
    private long[] added;
    private int count;

    private Trial(int minute, int oldestMinute, int keys) {
      this.minute = minute;
      this.oldestMinute = oldestMinute;
      this.added = new long[keys];
    }

    @Override
    public Arrival arrive(long key, long fingerprint) {
      requireNotSpilled();
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

    /**
     * Makes the index say what it would say if none of these had arrived.
     *
     * @throws IllegalStateException if it has spilled in the meantime
     */
    public void takeBack() {
      requireNotSpilled();
      for (int i = 0; i < count; i++) {
        Page page = generation.page(added[i]);
        page.takeBack(page.find(added[i]));
      }
      count = 0;
    }

    private void requireNotSpilled() {
      if (generation != growing) {
        throw new IllegalStateException("the keys have been spilled during a trial");
      }
    }
  }

  /**
   * Moves all keys to a scratch file in {@code java.io.tmpdir} if they have outgrown their part of
   * the heap, which is a twelfth; the file is mapped into memory. It is written beside all else:
   * until a later call they are on the heap still. To be called often, but not while a trial may be
   * taken back.
   *
   * <p>Files are looked into for keys that a {@link BloomFilter} does not know to be in none; it
   * has a sixteenth of the heap.
   *
   * @throws UncheckedIOException if a file could not be written; then the index is as it was
   */
  public void spill() {
    boolean outgrown = growing.pages > mostPages;
    for (Generation generation : spilled) {
      // one at a time, or the heap would have to hold them all
      generation.endWriting(outgrown);
    }
    if (outgrown) {
      Generation[] all = new Generation[spilled.length + 1];
      System.arraycopy(spilled, 0, all, 1, spilled.length);
      all[0] = growing;
      if (spilled.length == 0) {
        inFiles = new BloomFilter(filterWords);
      }
      spilled = all;
      growing.beginWriting(inFiles);
      growing = new Generation();
    }
  }

  /**
   * Forgets the keys first seen before a minute; their room is for those that come.
   *
   * @throws UncheckedIOException as {@link #spill} does
   */
  public void forgetBefore(int minute) {
    forgottenBefore = Math.max(forgottenBefore, minute);
    growing.forgetBelow(forgottenBefore + 1);
    Generation[] left =
        Arrays.stream(spilled)
            .filter(generation -> generation.latest > forgottenBefore)
            .toArray(Generation[]::new);
    if (left.length < spilled.length) {
      BloomFilter inLeft = new BloomFilter(left.length == 0 ? 1 : filterWords);
      for (Generation generation : left) {
        generation.endWriting(true);
        generation.addTo(inLeft);
      }
      spilled = left;
      inFiles = inLeft;
    }
  }

  /** How many pages it has. */
  long pages() {
    return growing.pages + Arrays.stream(spilled).mapToLong(generation -> generation.pages).sum();
  }

  /** How many times it has spilled what it still has. */
  int spills() {
    return spilled.length;
  }

  private ByteBuffer newRoom() {
    return ByteBuffer.allocate(pageBytes).order(ByteOrder.nativeOrder());
  }

  /** Between a half and three quarters of the slots. */
  private int most() {
    return slots / 2 + random.nextInt(slots / 4 + 1);
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
