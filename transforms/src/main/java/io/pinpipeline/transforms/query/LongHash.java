package io.pinpipeline.transforms.query;

/** Where numbers go: neighbours are spread evenly (Fibonacci hashing). */
final class LongHash {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private LongHash() {}

  /** A slot of a table whose size is a power of two. */
  static int slot(long number, int slots) {
    return (int) (((number ^ (number >>> 32)) * GOLDEN) >>> (1 + Long.numberOfLeadingZeros(slots)));
  }

  /** One of so many shards. */
  static int shard(long number, int shards) {
    return (int) Math.multiplyHigh((number * GOLDEN) >>> 1, shards * 2L);
  }
}
