package io.pinpipeline.transforms.query;

/**
 * Where numbers go. Shards and slots are chosen by bits that do not depend on each other: else the
 * numbers of one shard would crowd into a few slots.
 */
final class LongHash {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private LongHash() {}

  /** A slot of a table whose size is a power of two. */
  static int slot(long number, int slots) {
    return (int) mix(number) & (slots - 1);
  }

  /** A number of which every bit depends on all of the other's: the finalizer of MurmurHash3. */
  static long mix(long number) {
    long mixed = (number ^ (number >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  /** One of so many shards: neighbours are spread evenly (Fibonacci hashing). */
  static int shard(long number, int shards) {
    return (int) Math.multiplyHigh((number * GOLDEN) >>> 1, shards * 2L);
  }
}
