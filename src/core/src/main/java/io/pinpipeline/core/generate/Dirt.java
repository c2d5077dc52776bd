package io.pinpipeline.core.generate;

/**
 * How dirty the generated stream is.
 *
 * @param repeated share of posts that are sent twice, from 0 to 1
 * @param conflicting share of posts whose second sending has other content in one of its records;
 *     part of {@code repeated}
 * @param oneBadIn one record of each dataset in so many posts is bad; 0 for none, 1 for nothing but
 *     bad records
 * @param oneOversizedIn one record in so many posts is too large, the datasets taking turns; 0 for
 *     none. Shorter runs have none.
 * @param oversizedBytes length of a too large record
 */
public record Dirt(
    double repeated, double conflicting, int oneBadIn, int oneOversizedIn, int oversizedBytes) {

  private static final int LARGER_THAN_ANY_ORDINARY_RECORD = 4096;

  public Dirt {
    if (!(conflicting >= 0 && conflicting <= repeated && repeated <= 1)) {
      throw new IllegalArgumentException(
          "The share of repeated posts is %s and of conflicting ones %s: give 0 <= conflicting <= repeated <= 1."
              .formatted(repeated, conflicting));
    }
    if (oneBadIn < 0 || oneOversizedIn < 0) {
      throw new IllegalArgumentException(
          "One bad record in %d posts and one oversized in %d: give a positive number, or 0 for none."
              .formatted(oneBadIn, oneOversizedIn));
    }
    if (oversizedBytes < LARGER_THAN_ANY_ORDINARY_RECORD) {
      throw new IllegalArgumentException(
          "An oversized record of %d bytes is no larger than an ordinary one: give at least %d."
              .formatted(oversizedBytes, LARGER_THAN_ANY_ORDINARY_RECORD));
    }
  }

  /**
   * What was seen on the real wire: 10 % of posts twice, and one bad record in a thousand.
   * Oversized records are one byte over 1 MiB.
   */
  public static Dirt usual() {
    return new Dirt(0.10, 0.0005, 1000, 100_000, (1 << 20) + 1);
  }

  /** Every post once, every record good. */
  public static Dirt none() {
    return new Dirt(0, 0, 0, 0, LARGER_THAN_ANY_ORDINARY_RECORD);
  }

  public Dirt withRepeated(double share, double conflictingShare) {
    return new Dirt(share, conflictingShare, oneBadIn, oneOversizedIn, oversizedBytes);
  }

  public Dirt withOneBadIn(int posts) {
    return new Dirt(repeated, conflicting, posts, oneOversizedIn, oversizedBytes);
  }

  public Dirt withOneOversizedIn(int posts, int bytes) {
    return new Dirt(repeated, conflicting, oneBadIn, posts, bytes);
  }
}
