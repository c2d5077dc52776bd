package io.pinpipeline.transforms.query;

/** Finds the rows of numbers. */
final class LongIndex {

  private final long[] numbers;

  /** Rows plus one, 0 where there is none; at most half full. */
  private final int[] slots;

  /** Of several rows with one number the first is found. */
  LongIndex(long[] numbers, int rows) {
    this.numbers = numbers;
    this.slots = new int[Integer.highestOneBit(Math.max(rows, 1)) * 4];
    for (int row = 0; row < rows; row++) {
      int slot = slot(numbers[row]);
      if (slots[slot] == 0) {
        slots[slot] = row + 1;
      }
    }
  }

  /** The row of a number; negative if there is none. */
  int find(long number) {
    return slots[slot(number)] - 1;
  }

  private int slot(long number) {
    int slot = LongHash.slot(number, slots.length);
    while (slots[slot] != 0 && numbers[slots[slot] - 1] != number) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
