package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ConstantColumn;
import java.util.Arrays;

/**
 * What a block of raw records became: clean rows, dead letters and duplicates. A cleaner fills the
 * same block again and again: use it before the next.
 */
public final class CleanBlock {

  private static final int RUN = DeadLetterTable.SCHEMA.indexOf(DeadLetterTable.RUN);

  private final ColumnBlock rows;
  private final ColumnBlock deadLetters;
  private int[] ordinals = new int[1024];
  private int records;
  private int duplicates;

  CleanBlock(ColumnBlock rows, ColumnBlock deadLetters) {
    this.rows = rows;
    this.deadLetters = deadLetters;
  }

  /** The clean rows, with what was rescued and their lineage. */
  public ColumnBlock rows() {
    return rows;
  }

  /** The records that could not be cleaned, as rows of the {@link DeadLetterTable}. */
  public ColumnBlock deadLetters() {
    return deadLetters;
  }

  /** Has the dead letters tell the run that they are of, which a cleaner does not know. */
  public void stampRun(String run) {
    ((ConstantColumn) deadLetters.column(RUN)).set(run, deadLetters.rows());
  }

  /** How many records the block had. */
  public int records() {
    return records;
  }

  /** How many of them had come before. */
  public int duplicates() {
    return duplicates;
  }

  /** The ordinal in its batch of the record that became a row. */
  public int ordinal(int row) {
    return ordinals[row];
  }

  void clear() {
    rows.clear();
    deadLetters.clear();
    records = 0;
    duplicates = 0;
  }

  void countRecord() {
    records++;
  }

  void countDuplicate() {
    duplicates++;
  }

  void setOrdinal(int row, int ordinal) {
    if (row == ordinals.length) {
      ordinals = Arrays.copyOf(ordinals, row * 2);
    }
    ordinals[row] = ordinal;
  }
}
