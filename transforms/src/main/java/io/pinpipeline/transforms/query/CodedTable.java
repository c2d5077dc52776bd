package io.pinpipeline.transforms.query;

import io.pinpipeline.transforms.HeldBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in memory: a number each, and columns of ints with a dictionary each that holds text. {@link
 * CodedBlock}s are made of it, and read into it.
 */
final class CodedTable {

  /** A column of it. */
  static final class Values {

    private final PostColumn column;
    private final TextDictionary texts;
    private int[] values;

    private Values(PostColumn column, TextDictionary texts, int[] values) {
      this.column = column;
      this.texts = texts;
      this.values = values;
    }

    PostColumn column() {
      return column;
    }

    /** The texts that its values are the codes of, if it is one of text. */
    TextDictionary texts() {
      return texts;
    }

    /** The values, {@link PostColumn#NULL} for null; valid up to the number of rows. */
    int[] values() {
      return values;
    }
  }

  private final List<Values> columns;
  private long[] numbers = new long[64];
  private int rows;

  CodedTable(List<PostColumn> columns) {
    this.columns =
        columns.stream()
            .map(column -> new Values(column, new TextDictionary(), new int[64]))
            .toList();
  }

  private CodedTable(List<Values> columns, long[] numbers, int rows) {
    this.columns = columns;
    this.numbers = numbers;
    this.rows = rows;
  }

  /**
   * The rows of this table with the columns of others, which tell of the same numbers; null where
   * they do not. A number stands once in each table.
   */
  CodedTable joined(List<CodedTable> others) {
    List<Values> all = new ArrayList<>(columns);
    LongIndex index = new LongIndex(numbers, rows);
    for (CodedTable other : others) {
      int[] rowHere = new int[other.rows];
      for (int row = 0; row < other.rows; row++) {
        rowHere[row] = index.find(other.numbers[row]);
      }
      for (Values column : other.columns) {
        int[] values = new int[rows];
        Arrays.fill(values, PostColumn.NULL);
        for (int row = 0; row < other.rows; row++) {
          if (rowHere[row] >= 0) {
            values[rowHere[row]] = column.values[row];
          }
        }
        all.add(new Values(column.column, column.texts, values));
      }
    }
    return new CodedTable(all, numbers, rows);
  }

  int rows() {
    return rows;
  }

  /** The number of each row. */
  long[] numbers() {
    return numbers;
  }

  List<Values> columns() {
    return columns;
  }

  Values column(PostColumn wanted) {
    return columns.stream()
        .filter(values -> values.column == wanted)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + wanted));
  }

  /** Begins a row; its values are set in {@link Values#values()}. */
  int append(long number) {
    ensure(rows + 1);
    numbers[rows] = number;
    return rows++;
  }

  private void ensure(int wanted) {
    if (wanted > numbers.length) {
      int length = Math.max(wanted, numbers.length * 2);
      numbers = Arrays.copyOf(numbers, length);
      for (Values column : columns) {
        column.values = Arrays.copyOf(column.values, length);
      }
    }
  }

  void clear() {
    rows = 0;
    for (Values column : columns) {
      column.texts.clear();
    }
  }

  /** All rows as a block. */
  CodedBlock encode() {
    Writer out = new Writer(16 + rows * (5 + 3 * columns.size()));
    out.put(rows);
    for (int row = 0; row < rows; row++) {
      out.putSigned(numbers[row]);
    }
    for (Values column : columns) {
      TextDictionary texts = column.texts;
      out.put(texts.size());
      for (int code = 0; code < texts.size(); code++) {
        out.put(texts.bytes(), texts.start(code), texts.length(code));
      }
      for (int row = 0; row < rows; row++) {
        // null is 0
        long value = column.values[row];
        out.put(value == PostColumn.NULL ? 0 : (value << 1 ^ value >> 63) + 1);
      }
    }
    return new CodedBlock(
        columns.stream().map(Values::column).toList(),
        HeldBytes.of(Arrays.copyOf(out.bytes, out.length)));
  }

  /**
   * Appends the rows of a block, of which the columns that this table has not are left out.
   *
   * @throws IllegalArgumentException if it lacks a column that this table has
   */
  void append(CodedBlock block) {
    for (Values column : columns) {
      if (!block.columns().contains(column.column)) {
        throw new IllegalArgumentException(
            "The parts of the posts say nothing of "
                + column.column
                + ". Spread them for all questions that they are to answer.");
      }
    }
    Reader in = new Reader(block.bytes());
    int more = (int) in.next();
    ensure(rows + more);
    for (int row = rows; row < rows + more; row++) {
      numbers[row] = in.nextSigned();
    }
    for (PostColumn their : block.columns()) {
      append(in, their, more);
    }
    rows += more;
  }

  private void append(Reader in, PostColumn their, int more) {
    Values column = columns.stream().filter(ours -> ours.column == their).findFirst().orElse(null);
    int[] codes = new int[(int) in.next()];
    for (int code = 0; code < codes.length; code++) {
      int length = (int) in.next();
      if (column != null) {
        codes[code] = column.texts.add(in.bytes, in.p, length);
      }
      in.p += length;
    }
    for (int row = rows; row < rows + more; row++) {
      long coded = in.next();
      if (column != null) {
        int value = (int) Reader.signed(coded - 1);
        column.values[row] =
            coded == 0
                ? PostColumn.NULL
                : their.kind() == PostColumn.Kind.TEXT ? codes[value] : value;
      }
    }
  }

  private static final class Writer {

    private byte[] bytes;
    private int length;

    Writer(int expected) {
      bytes = new byte[expected];
    }

    void put(long value) {
      ensure(10);
      long left = value;
      while ((left & ~0x7fL) != 0) {
        bytes[length++] = (byte) (left | 0x80);
        left >>>= 7;
      }
      bytes[length++] = (byte) left;
    }

    void putSigned(long value) {
      put(value << 1 ^ value >> 63);
    }

    void put(byte[] text, int from, int count) {
      put(count);
      ensure(count);
      System.arraycopy(text, from, bytes, length, count);
      length += count;
    }

    private void ensure(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      }
    }
  }

  private static final class Reader {

    private final byte[] bytes;
    private int p;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    long next() {
      long value = 0;
      int shift = 0;
      while (true) {
        byte b = bytes[p++];
        value |= (b & 0x7fL) << shift;
        if (b >= 0) {
          return value;
        }
        shift += 7;
      }
    }

    long nextSigned() {
      return signed(next());
    }

    static long signed(long coded) {
      return coded >>> 1 ^ -(coded & 1);
    }
  }
}
