package io.pinpipeline.core.arrival;

/**
 * Tells of most keys that are not in a set that they are not, by one look at memory: a Bloom filter
 * (Bloom, 1970) whose bits for a key are all in one word (Putze et al., 2007).
 *
 * <p>With ten bits a key it is wrong about three keys of a hundred that are not there, with five
 * about fifteen. It is never wrong about one that is there. One thread may add while others look;
 * they see what was added before they were told that it was.
 */
final class BloomFilter {

  /** An odd number without a pattern: that by which Fibonacci hashing multiplies. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final long[] words;

  /** An empty one, of as many words as are given, at least one. */
  BloomFilter(int words) {
    this.words = new long[words];
  }

  /**
   * Adds a key.
   *
   * @param hash of the key, of which all bits are used
   */
  void add(long hash) {
    long spread = hash * SPREAD;
    words[word(spread)] |= bits(spread);
  }

  /** Whether the key may have been added. */
  boolean mayHave(long hash) {
    long spread = hash * SPREAD;
    long bits = bits(spread);
    return (words[word(spread)] & bits) == bits;
  }

  private int word(long spread) {
    return (int) (((spread >>> 32) * words.length) >>> 32);
  }

  /** Four of the 64; a shift takes the lowest six bits of its distance. */
  private static long bits(long spread) {
    return 1L << spread | 1L << (spread >>> 6) | 1L << (spread >>> 12) | 1L << (spread >>> 18);
  }
}
