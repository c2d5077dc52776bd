package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnType;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.internal.column.columnindex.BinaryTruncator;
import org.apache.parquet.io.api.Binary;

/** Writes strings and binary values. */
final class BytesChunkWriter extends ChunkWriter {

  /** Bounds that are longer are cut to less for a smallest, and more for a largest value. */
  private static final int LONGEST_BOUND = 64;

  private final BytesDictionary dictionary = new BytesDictionary();
  private final BytesBounds bounds = new BytesBounds();
  private final BinaryTruncator truncator;

  /** Binary values are payloads, which nobody looks up by order. */
  private final boolean hasBounds;

  BytesChunkWriter(
      ColumnType type,
      ColumnDescriptor descriptor,
      ParquetSettings settings,
      Compressor compressor,
      PageStore store) {
    super(descriptor, settings, compressor, store);
    hasBounds = type == ColumnType.STRING;
    truncator = BinaryTruncator.getTruncator(descriptor.getPrimitiveType());
  }

  @Override
  int plainSize(Object value) {
    return BytesColumn.PREFIX + ((byte[]) value).length;
  }

  @Override
  void putConstant(Object value, int times) {
    byte[] bytes = (byte[]) value;
    bound(bytes, 0, bytes.length);
    if (dictionaryOn()) {
      int index = dictionary.indexOf(bytes, 0, bytes.length);
      putIndices(index, times, plainSize(value));
    } else {
      for (int i = 0; i < times; i++) {
        page().putInt(bytes.length);
        page().put(bytes, 0, bytes.length);
      }
    }
  }

  @Override
  int putValues(Column column, int from, int to) {
    if (!(column instanceof BytesColumn bytes)) {
      throw new IllegalArgumentException(column.spec().path() + " holds no strings");
    }
    return dictionaryOn() ? putIndices(bytes, from, to) : putSlice(bytes, from, to);
  }

  private int putIndices(BytesColumn column, int from, int to) {
    byte[] data = column.data();
    int row = from;
    while (row < to && (row == from || (!dictionaryFull() && room() > 0))) {
      int start = column.start(row);
      if (start >= 0) {
        int length = column.length(row);
        int index = dictionary.indexOf(data, start, length);
        if (dictionary.firstOn(pageNumber(), index)) {
          bound(data, start, length);
        }
        putIndex(index, BytesColumn.PREFIX + length);
      }
      row++;
    }
    return row;
  }

  private int putSlice(BytesColumn column, int from, int to) {
    byte[] data = column.data();
    long room = room();
    int sliceStart = -1;
    int sliceEnd = 0;
    int row = from;
    while (row < to && (sliceStart < 0 || sliceEnd - sliceStart < room)) {
      int start = column.start(row);
      if (start >= 0) {
        int length = column.length(row);
        bound(data, start, length);
        if (sliceStart < 0) {
          sliceStart = start - BytesColumn.PREFIX;
        }
        sliceEnd = start + length;
      }
      row++;
    }
    if (sliceStart >= 0) {
      page().put(data, sliceStart, sliceEnd - sliceStart);
    }
    return row;
  }

  private void bound(byte[] data, int from, int length) {
    if (hasBounds) {
      bounds.add(data, from, length);
    }
  }

  @Override
  void putPlain(int index) {
    byte[] values = dictionary.plain().data();
    int start = dictionary.start(index) - BytesColumn.PREFIX;
    page().put(values, start, BytesColumn.PREFIX + dictionary.length(index));
  }

  @Override
  int dictionarySize() {
    return dictionary.size();
  }

  @Override
  int dictionaryBytes() {
    return dictionary.plain().size();
  }

  @Override
  GrowingBytes plainDictionary() {
    return dictionary.plain();
  }

  @Override
  void clearDictionary() {
    dictionary.clear();
  }

  @Override
  boolean hasBounds() {
    return hasBounds;
  }

  @Override
  void takeBounds(Statistics<?> statistics) {
    if (!bounds.isEmpty()) {
      Binary min = Binary.fromConstantByteArray(bounds.min());
      Binary max = Binary.fromConstantByteArray(bounds.max());
      BinaryStatistics binary = (BinaryStatistics) statistics;
      binary.updateStats(truncator.truncateMin(min, LONGEST_BOUND));
      binary.updateStats(truncator.truncateMax(max, LONGEST_BOUND));
      bounds.clear();
    }
  }
}
