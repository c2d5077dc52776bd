package io.pinpipeline.core.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings as UTF-8, or binary values, back to back in one byte array.
 *
 * <p>Each value that is not null is preceded by its length as a little-endian int, the way
 * Parquet's PLAIN encoding has it, so that writing a page is one copy.
 */
public final class BytesColumn extends Column {

  /** The bytes of the length before each value. */
  public static final int PREFIX = Integer.BYTES;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Where each row's value begins, after its length; -1 where the row is null. */
  private int[] starts = new int[1024];

  private byte[] data = new byte[1 << 16];
  private int dataSize;

  public BytesColumn(ColumnSpec spec) {
    super(spec);
  }

  public void append(byte[] bytes, int from, int length) {
    ensureData(PREFIX + length);
    System.arraycopy(bytes, from, data, dataSize + PREFIX, length);
    appendedInPlace(length);
  }

  public void append(byte[] bytes) {
    append(bytes, 0, bytes.length);
  }

  public void append(String text) {
    append(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void appendNull() {
    int row = grownRow();
    starts[row] = -1;
    appendedNull();
  }

  @Override
  void appendValue(Column from, int row) {
    BytesColumn bytes = (BytesColumn) from;
    append(bytes.data, bytes.starts[row], bytes.length(row));
  }

  /**
   * Room for a value of up to {@code length} bytes that the caller writes into {@link #data()} from
   * the returned index on, and then counts in with {@link #appendedInPlace}.
   */
  public int reserve(int length) {
    ensureData(PREFIX + length);
    return dataSize + PREFIX;
  }

  /** Ends the value begun with {@link #reserve}. */
  public void appendedInPlace(int length) {
    int row = grownRow();
    INT.set(data, dataSize, length);
    starts[row] = dataSize + PREFIX;
    dataSize += PREFIX + length;
    appended();
  }

  @Override
  public boolean isNull(int row) {
    return starts[row] < 0;
  }

  /** Where the row's value begins in {@link #data()}; negative where the row is null. */
  public int start(int row) {
    return starts[row];
  }

  /** The length in bytes of a row's value; the row is not null. */
  public int length(int row) {
    return (int) INT.get(data, starts[row] - PREFIX);
  }

  /** All values with their lengths; valid up to {@link #dataSize()} until the next append. */
  public byte[] data() {
    return data;
  }

  /** How many bytes of {@link #data()} are in use. */
  public int dataSize() {
    return dataSize;
  }

  /** A copy of a row's value; the row is not null. */
  public byte[] bytes(int row) {
    return Arrays.copyOfRange(data, starts[row], starts[row] + length(row));
  }

  /** A row's value as a string; the row is not null. */
  public String string(int row) {
    return new String(data, starts[row], length(row), StandardCharsets.UTF_8);
  }

  @Override
  void truncateValues(int newSize) {
    if (newSize == 0) {
      dataSize = 0;
      return;
    }
    for (int row = newSize; row < size(); row++) {
      if (starts[row] >= 0) {
        dataSize = starts[row] - PREFIX;
        return;
      }
    }
  }

  private int grownRow() {
    int row = size();
    if (row == starts.length) {
      starts = Arrays.copyOf(starts, row * 2);
    }
    return row;
  }

  private void ensureData(int more) {
    int needed = Math.addExact(dataSize, more);
    if (needed > data.length) {
      data =
          Arrays.copyOf(
              data, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, data.length * 2L)));
    }
  }
}
