package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.ColumnSpec;
import java.util.List;

/**
 * What cleaning does to one field of a raw record. A null field is a null column, whatever the
 * rule; only the key must be there.
 */
sealed interface FieldRule {

  /** The field's name in the raw record. */
  String field();

  /** The mandatory whole number that names the post. */
  record Key(String field, ColumnSpec column) implements FieldRule {}

  /** Text, kept byte for byte but for the prefix it loses; blank text and placeholders are null. */
  record TextField(String field, ColumnSpec column, List<String> placeholders, String lostPrefix)
      implements FieldRule {}

  /**
   * One of two texts that make one column, joined by a space; the other alone where one is null.
   */
  record HalfText(String field, ColumnSpec column, boolean first) implements FieldRule {}

  /** A count, as a number or as people write it: see {@link Counts}. */
  record Count(String field, ColumnSpec column, List<String> placeholders) implements FieldRule {}

  /** A whole number of years. */
  record Age(String field, ColumnSpec column, int min, int max) implements FieldRule {}

  /** A number of degrees. */
  record Degrees(String field, ColumnSpec column, double min, double max) implements FieldRule {}

  /** A moment: see {@link Timestamps}. */
  record Moment(String field, ColumnSpec column) implements FieldRule {}

  /** A field that is known and not kept, whatever it is. */
  record Dropped(String field) implements FieldRule {}
}
