package io.pinpipeline.core.clean;

import java.util.List;

/** Finds a name among those that are known: a hash table that is asked with bytes. */
final class FieldNames {

  /** What {@link #indexOf} gives for a name that is not known. */
  static final int UNKNOWN = -1;

  private final byte[][] names;
  private final int[] indexes;

  /** Of these names; the first of equal ones counts. */
  FieldNames(List<byte[]> known) {
    int size = Integer.highestOneBit(Math.max(1, known.size())) * 8;
    names = new byte[size][];
    indexes = new int[size];
    for (int i = 0; i < known.size(); i++) {
      byte[] name = known.get(i);
      if (indexOf(name, 0, name.length) == UNKNOWN) {
        int slot = slot(name, 0, name.length);
        while (names[slot] != null) {
          slot = (slot + 1) & (size - 1);
        }
        names[slot] = name;
        indexes[slot] = i;
      }
    }
  }

  int indexOf(byte[] text, int from, int to) {
    int slot = slot(text, from, to);
    for (byte[] name = names[slot]; name != null; name = names[slot]) {
      if (Text.equals(text, from, to, name)) {
        return indexes[slot];
      }
      slot = (slot + 1) & (names.length - 1);
    }
    return UNKNOWN;
  }

  /** By the length, the first, the middle and the last byte. */
  private int slot(byte[] text, int from, int to) {
    int hash = to - from;
    if (hash > 0) {
      hash = hash * 31 + text[from];
      hash = hash * 31 + text[(from + to) >>> 1];
      hash = hash * 31 + text[to - 1];
    }
    return hash & (names.length - 1);
  }
}
