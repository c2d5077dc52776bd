package io.pinpipeline.core.generate;

/**
 * Random numbers that can be started anywhere: SplitMix64 (Steele, Lea, Flood 2014). Integer
 * arithmetic only, so every JVM draws the same.
 */
final class Draws {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** Starts the sequence of an item of a stream of things drawn under a seed. */
  Draws restart(long seed, long stream, long item) {
    state = hash(seed, stream, item);
    return this;
  }

  /** One well mixed number for an item of a stream. */
  static long hash(long seed, long stream, long item) {
    return mix(mix(seed + GOLDEN * (stream + 1)) + GOLDEN * item);
  }

  static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /**
   * A permutation of the numbers of so many bits.
   *
   * @param bits 0 to 31
   * @param x the number to map; higher bits are ignored
   */
  static int permute(int bits, long salt, long x) {
    if (bits == 0) {
      return 0;
    }
    long mask = (1L << bits) - 1;
    int half = (bits + 1) / 2;
    // Each step can be undone within the mask: adding, multiplying by an odd number, folding down.
    long y = (x + salt) & mask;
    y = (y * 0x9E3779B1L) & mask;
    y ^= y >>> half;
    y = (y * 0x85EBCA6BL) & mask;
    y ^= y >>> half;
    y = (y * 0xC2B2AE35L + (salt >>> 32)) & mask;
    y ^= y >>> half;
    return (int) y;
  }

  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** A number from 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** True in {@code count} of {@code of} cases. */
  boolean chance(int count, int of) {
    return below(of) < count;
  }

  /** A number from 0 to {@code bound - 1}, the small ones far more often. */
  int lowBelow(int bound) {
    long u = next() >>> 32;
    return (int) ((((u * u) >>> 32) * bound) >>> 32);
  }

  /** As {@link #lowBelow}, and yet more often small. */
  int lowestBelow(int bound) {
    long u = next() >>> 32;
    return (int) ((((((u * u) >>> 32) * u) >>> 32) * bound) >>> 32);
  }
}
