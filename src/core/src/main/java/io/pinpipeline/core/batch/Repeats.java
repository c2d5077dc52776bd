package io.pinpipeline.core.batch;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The records of a batch whose key has arrived before. A record is named by its ordinal in the
 * batch, counted from 0; the ordinals ascend.
 */
public final class Repeats implements Serializable {

  public static final Repeats NONE = new Repeats(new int[0], new boolean[0]);

  private final int[] ordinals;
  private final boolean[] conflicting;

  /**
   * Repeats of a batch; the arrays are the new object's own.
   *
   * @param ordinals the records, ascending
   * @param conflicting of each, whether its content differs from what arrived first
   */
  public Repeats(int[] ordinals, boolean[] conflicting) {
    if (ordinals.length != conflicting.length) {
      throw new IllegalArgumentException(
          ordinals.length + " ordinals, " + conflicting.length + " verdicts");
    }
    this.ordinals = ordinals;
    this.conflicting = conflicting;
  }

  /** The ordinal of a repeat. */
  public int ordinal(int index) {
    return ordinals[index];
  }

  /** Whether a repeat's content differs from what arrived first. */
  public boolean isConflict(int index) {
    return conflicting[index];
  }

  public int size() {
    return ordinals.length;
  }

  /** How many differ from what arrived first. */
  public int conflicts() {
    int conflicts = 0;
    for (boolean conflict : conflicting) {
      if (conflict) {
        conflicts++;
      }
    }
    return conflicts;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Repeats that
        && Arrays.equals(ordinals, that.ordinals)
        && Arrays.equals(conflicting, that.conflicting);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ordinals) + Arrays.hashCode(conflicting);
  }

  @Override
  public String toString() {
    return size() + " repeats, " + conflicts() + " of them conflicting";
  }
}
