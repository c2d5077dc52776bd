package io.pinpipeline.transforms.query;

import java.util.Arrays;

/** Numbers from 0 on, each with a sum. */
final class LongCounts {

  interface Visitor {
    void visit(long number, long sum);
  }

  private static final long FREE = -1;

  private long[] numbers = new long[1024];
  private long[] sums = new long[1024];
  private int size;

  LongCounts() {
    Arrays.fill(numbers, FREE);
  }

  void add(long number, long amount) {
    int slot = slot(number);
    if (numbers[slot] == FREE) {
      numbers[slot] = number;
      size++;
    }
    sums[slot] += amount;
    if (size * 2 > numbers.length) {
      grow();
    }
  }

  private int slot(long number) {
    int slot = LongHash.slot(number, numbers.length);
    while (numbers[slot] != FREE && numbers[slot] != number) {
      slot = (slot + 1) & (numbers.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldNumbers = numbers;
    long[] oldSums = sums;
    numbers = new long[oldNumbers.length * 2];
    sums = new long[oldNumbers.length * 2];
    Arrays.fill(numbers, FREE);
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != FREE) {
        int slot = slot(oldNumbers[i]);
        numbers[slot] = oldNumbers[i];
        sums[slot] = oldSums[i];
      }
    }
  }

  void forEach(Visitor visitor) {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != FREE) {
        visitor.visit(numbers[i], sums[i]);
      }
    }
  }
}
