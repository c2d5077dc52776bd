package io.pinpipeline.transforms.query;

import io.pinpipeline.transforms.query.CodedTable.Values;
import java.util.ArrayList;
import java.util.List;

/** The values of some columns of a row as one number, to count by. */
final class Groups {

  /** The number of a row that has a null: it is in no group. */
  static final long NONE = -1;

  private final List<PostColumn> by;
  private final List<Values> columns;

  Groups(CodedTable table, List<PostColumn> by) {
    this.by = by;
    this.columns = by.stream().map(table::column).toList();
  }

  /** The group of a row, or {@link #NONE}. */
  long of(int row) {
    long group = 0;
    for (Values column : columns) {
      int value = column.values()[row];
      if (value == PostColumn.NULL) {
        return NONE;
      }
      PostColumn.Kind kind = column.column().kind();
      group = (group << kind.bits) | (value + kind.offset);
    }
    return group;
  }

  /** How many rows each group has, or the sum of their numbers. */
  static CodedTable counted(CodedTable table, List<PostColumn> by, boolean sum) {
    Groups groups = new Groups(table, by);
    LongCounts counts = new LongCounts();
    for (int row = 0; row < table.rows(); row++) {
      long group = groups.of(row);
      if (group != NONE) {
        counts.add(group, sum ? table.numbers()[row] : 1);
      }
    }
    CodedTable counted = new CodedTable(by);
    counts.forEach((group, count) -> groups.append(group, count, counted));
    return counted;
  }

  /** Appends a group to a table of these columns. */
  void append(long group, long number, CodedTable to) {
    int row = to.append(number);
    long left = group;
    for (int i = columns.size() - 1; i >= 0; i--) {
      PostColumn.Kind kind = by.get(i).kind();
      int value = (int) ((left & ((1L << kind.bits) - 1)) - kind.offset);
      left >>>= kind.bits;
      Values target = to.columns().get(i);
      if (kind == PostColumn.Kind.TEXT) {
        TextDictionary texts = columns.get(i).texts();
        value = target.texts().add(texts.bytes(), texts.start(value), texts.length(value));
      }
      target.values()[row] = value;
    }
  }

  /** The values of some columns of a row, none of which is null, as people read them. */
  static List<Object> read(CodedTable table, List<PostColumn> columns, int row) {
    List<Object> values = new ArrayList<>();
    for (PostColumn column : columns) {
      Values of = table.column(column);
      int value = of.values()[row];
      values.add(
          switch (column.kind()) {
            case TEXT -> of.texts().text(value);
            case AGE_GROUP -> AgeGroups.name(value);
            case NUMBER, YEAR -> value;
          });
    }
    return values;
  }
}
