package io.pinpipeline.core.generate;

import io.pinpipeline.core.generate.Faults.Fault;
import io.pinpipeline.core.generate.PostWriter.Copy;
import java.io.IOException;

/**
 * Invents user posts: the same seed gives the same bytes on every machine.
 *
 * <p>The stream is a sequence of turns. In turn t post t is sent for the first time, its pin, its
 * geo and its user record; and then any earlier post whose turn it is to be sent again: at once, as
 * a producer that retries does, or up to some 260,000 posts later, as one that starts over. What
 * happens in a turn is a function of the seed, the number of posts and the turn, so any stretch of
 * the stream can be made again by itself, and several threads may make different stretches. A bad
 * record is as bad when it is sent again.
 */
public final class PostGenerator {

  private static final int KEY_BITS = 31;

  /** The most posts that have keys of their own. */
  public static final long MAX_POSTS = 1L << KEY_BITS;

  private static final RecordKind[] KINDS = RecordKind.values();
  private static final int FATE = 0;
  private static final int SHUFFLE = 1;
  private static final int MAX_BLOCK_BITS = 17;

  private final long seed;
  private final long posts;
  private final Dirt dirt;
  private final Faults faults;
  private final int blockBits;

  /** Posts as dirty as {@linkplain Dirt#usual() the real ones}. */
  public PostGenerator(long seed, long posts) {
    this(seed, posts, Dirt.usual());
  }

  /**
   * @param posts how many different posts, without repeats
   */
  public PostGenerator(long seed, long posts, Dirt dirt) {
    if (posts < 0 || posts > MAX_POSTS) {
      throw new IllegalArgumentException(
          "%d posts were asked for: keys are non-negative ints, so give 0 to %d."
              .formatted(posts, MAX_POSTS));
    }
    this.seed = seed;
    this.posts = posts;
    this.dirt = dirt;
    faults = new Faults(seed, posts, dirt);
    // Late repeats come one block after the first sending, in another order: see turn().
    int quarterBits = 63 - Long.numberOfLeadingZeros(Math.max(1, posts / 4));
    blockBits = Math.min(MAX_BLOCK_BITS, quarterBits);
  }

  /** How many different posts there are. */
  public long posts() {
    return posts;
  }

  /** How many turns there are: one for each post, then those that only send again. */
  public long turns() {
    long block = 1L << blockBits;
    return (posts + block - 1) / block * block + block;
  }

  /**
   * The key of a post: a non-negative int, unique, and in no visible order.
   *
   * @param post from 0 to {@link #MAX_POSTS} - 1
   */
  public int key(long post) {
    return key(seed, post);
  }

  static int key(long seed, long post) {
    return Draws.permute(KEY_BITS, Draws.mix(seed), post);
  }

  /**
   * Makes a stretch of the stream.
   *
   * @param fromTurn from 0
   * @param toTurn to {@link #turns()}, exclusive
   * @return what cleaning must make of these records, given that it has seen the turns before
   * @throws IOException if the consumer throws it
   */
  public Expected generate(long fromTurn, long toTurn, RecordConsumer consumer) throws IOException {
    Run run = new Run(consumer);
    for (long turn = fromTurn; turn < toTurn; turn++) {
      run.turn(turn);
    }
    return run.counter.total();
  }

  /** The buffers of one call, so that the generator itself never changes. */
  private final class Run {

    private final RecordConsumer consumer;
    private final PostWriter writer = new PostWriter(seed);
    private final Expected.Counter counter = new Expected.Counter();

    Run(RecordConsumer consumer) {
      this.consumer = consumer;
    }

    void turn(long turn) throws IOException {
      if (turn < posts) {
        first(turn);
        Fate fate = Fate.of(seed, turn, dirt);
        if (fate.repeated() && fate.atOnce()) {
          again(turn, fate);
        }
      }
      // Each block of posts is gone through again, shuffled, during the next block's turns.
      long block = (turn >>> blockBits) - 1;
      if (block >= 0) {
        long shuffle = Draws.hash(seed, SHUFFLE, block);
        long earlier = (block << blockBits) + Draws.permute(blockBits, shuffle, turn);
        if (earlier < posts) {
          Fate fate = Fate.of(seed, earlier, dirt);
          if (fate.repeated() && !fate.atOnce()) {
            again(earlier, fate);
          }
        }
      }
    }

    private void first(long post) throws IOException {
      int key = key(post);
      for (RecordKind kind : KINDS) {
        if (!bad(kind, post)) {
          writer.write(kind, post, Copy.SAME);
          counter.clean(kind);
        }
        send(kind, key);
      }
    }

    private void again(long post, Fate fate) throws IOException {
      int key = key(post);
      for (RecordKind kind : KINDS) {
        if (!bad(kind, post)) {
          Copy copy = fate.copy(kind);
          writer.write(kind, post, copy);
          if (copy == Copy.EDITED) {
            counter.dead(kind, Code.CONFLICTING_DUPLICATE);
          } else {
            counter.duplicate(kind);
          }
        }
        send(kind, key);
      }
    }

    private boolean bad(RecordKind kind, long post) {
      Fault fault = faults.of(kind, post);
      if (fault == null) {
        return false;
      }
      fault.defect().write(writer, kind, post);
      counter.dead(kind, fault.code());
      return true;
    }

    private void send(RecordKind kind, int key) throws IOException {
      ByteWriter out = writer.out();
      consumer.accept(kind, key, out.bytes(), 0, out.size());
      out.truncate(0);
    }
  }

  /** Whether a post is sent again, when, and as what. */
  private record Fate(boolean repeated, boolean conflicting, long details) {

    static Fate of(long seed, long post, Dirt dirt) {
      long hash = Draws.hash(seed, FATE, post);
      double share = (hash >>> 11) * 0x1p-53;
      return new Fate(share < dirt.repeated(), share < dirt.conflicting(), Draws.mix(hash));
    }

    boolean atOnce() {
      return (details & 7) < 3;
    }

    Copy copy(RecordKind kind) {
      if (conflicting) {
        return (details >>> 16) % KINDS.length == kind.number() ? Copy.EDITED : Copy.SAME;
      }
      return (details >>> 3 & 15) == 0 ? Copy.REPHRASED : Copy.SAME;
    }
  }
}
