package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.DoubleStatistics;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;

/** Writes numbers, all of them handled as longs: doubles as their bits. */
final class NumberChunkWriter extends ChunkWriter {

  private final ColumnType type;
  private final int width;
  private final LongDictionary dictionary = new LongDictionary();
  private final GrowingBytes plainDictionary = new GrowingBytes();

  /** The values of some rows, without the nulls. */
  private long[] dense = new long[1024];

  // As ordered() has them.
  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;

  NumberChunkWriter(
      ColumnType type,
      ColumnDescriptor descriptor,
      ParquetSettings settings,
      Compressor compressor,
      PageStore store) {
    super(descriptor, settings, compressor, store);
    this.type = type;
    width = type == ColumnType.INT ? Integer.BYTES : Long.BYTES;
  }

  @Override
  int plainSize(Object value) {
    return width;
  }

  @Override
  void putConstant(Object value, int times) {
    long bits =
        value instanceof Double number
            ? Double.doubleToRawLongBits(number)
            : ((Number) value).longValue();
    bound(bits);
    if (dictionaryOn()) {
      putIndices(dictionary.indexOf(bits), times, width);
    } else {
      for (int i = 0; i < times; i++) {
        putPlainValue(bits);
      }
    }
  }

  @Override
  int putValues(Column column, int from, int to) {
    int count = gather(column, from, to);
    for (int i = 0; i < count; i++) {
      bound(dense[i]);
    }
    if (dictionaryOn()) {
      for (int i = 0; i < count; i++) {
        putIndex(dictionary.indexOf(dense[i]), width);
      }
    } else if (width == Long.BYTES) {
      page().putLongs(dense, count);
    } else {
      page().putInts(dense, count);
    }
    return to;
  }

  private int gather(Column column, int from, int to) {
    if (to - from > dense.length) {
      dense = new long[to - from];
    }
    boolean nulls = column.nullCount() > 0;
    int count = 0;
    if (column instanceof LongColumn longs) {
      long[] values = longs.values();
      for (int row = from; row < to; row++) {
        if (!nulls || !longs.isNull(row)) {
          dense[count++] = values[row];
        }
      }
    } else if (column instanceof IntColumn ints) {
      int[] values = ints.values();
      for (int row = from; row < to; row++) {
        if (!nulls || !ints.isNull(row)) {
          dense[count++] = values[row];
        }
      }
    } else if (column instanceof DoubleColumn doubles) {
      double[] values = doubles.values();
      for (int row = from; row < to; row++) {
        if (!nulls || !doubles.isNull(row)) {
          dense[count++] = Double.doubleToRawLongBits(values[row]);
        }
      }
    } else {
      throw new IllegalArgumentException(column.spec().path() + " holds no numbers");
    }
    return count;
  }

  @Override
  void putPlain(int index) {
    putPlainValue(dictionary.values()[index]);
  }

  private void putPlainValue(long bits) {
    page().putInt((int) bits);
    if (width == Long.BYTES) {
      page().putInt((int) (bits >>> Integer.SIZE));
    }
  }

  @Override
  int dictionarySize() {
    return dictionary.size();
  }

  @Override
  int dictionaryBytes() {
    return dictionary.size() * width;
  }

  @Override
  GrowingBytes plainDictionary() {
    plainDictionary.resize(0);
    if (width == Long.BYTES) {
      plainDictionary.putLongs(dictionary.values(), dictionary.size());
    } else {
      plainDictionary.putInts(dictionary.values(), dictionary.size());
    }
    return plainDictionary;
  }

  @Override
  void clearDictionary() {
    dictionary.clear();
  }

  @Override
  boolean hasBounds() {
    return true;
  }

  @Override
  void takeBounds(Statistics<?> statistics) {
    if (min <= max) {
      switch (type) {
        case INT -> ((IntStatistics) statistics).setMinMax((int) min, (int) max);
        case DOUBLE ->
            ((DoubleStatistics) statistics)
                .setMinMax(
                    Double.longBitsToDouble(ordered(min)), Double.longBitsToDouble(ordered(max)));
        default -> ((LongStatistics) statistics).setMinMax(min, max);
      }
    }
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
  }

  private void bound(long bits) {
    long ordered = ordered(bits);
    min = Math.min(min, ordered);
    max = Math.max(max, ordered);
  }

  /** Bits of doubles in the order of the doubles, and back; other numbers as they are. */
  private long ordered(long bits) {
    return type == ColumnType.DOUBLE ? bits ^ ((bits >> 63) & Long.MAX_VALUE) : bits;
  }
}
