package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ConstantColumn;
import io.pinpipeline.lake.parquet.ParquetSettings.Compression;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.jspecify.annotations.Nullable;

/**
 * One column of a row group: encodes and compresses page after page, holds them, and writes them
 * all when the row group ends. Begins each row group with a dictionary and gives it up for PLAIN
 * where it does not pay.
 */
abstract class ChunkWriter {

  /** Values after which a dictionary can be judged before the row group ends. */
  private static final int ENOUGH_TO_JUDGE = 4096;

  /**
   * A page of dictionary indices may stand for so many times the bytes of a PLAIN page: it may yet
   * become one, and readers unfold it.
   */
  private static final int DICTIONARY_LEVERAGE = 8;

  /**
   * Pages that keep more of their size than this are not compressed: identifiers, hashes and
   * dictionary indices, with which compression costs writers and readers time and saves next to
   * nothing. The first page of a row group speaks for the others.
   */
  private static final double WORTH_COMPRESSING = 0.88;

  private record Page(
      int rows, int rawSize, BytesInput stored, Encoding encoding, Statistics<?> statistics) {}

  private final ColumnDescriptor descriptor;
  private final ParquetSettings settings;
  private final Compressor compressor;
  private final int maxLevel;

  private final PageStore store;
  private final List<Page> pages = new ArrayList<>();
  private long chunkRows;
  private long chunkBytes;
  private int dictionaryPages;

  /** For how many bytes of PLAIN, and how many values, the dictionary stood so far. */
  private long dictionaryPlainBytes;

  private long dictionaryValues;
  private boolean dictionaryOn = true;

  /** Whether the pages of this row group are compressed. */
  private boolean compressing = true;

  /** The current page; before {@link #headroom}, where the values begin, is room for the levels. */
  private final GrowingBytes page = new GrowingBytes();

  private final GrowingBytes encodedLevels = new GrowingBytes();
  private final int headroom;
  private final int[] levels;
  private final int[] indices;
  private int pageNumber = 1;
  private int pageRows;
  private int pageNulls;
  private int pageIndices;
  private long pagePlainBytes;

  // What compression has made of this column so far; a guess to begin with.
  private long rawBytes;
  private long compressedBytes;

  ChunkWriter(
      ColumnDescriptor descriptor,
      ParquetSettings settings,
      Compressor compressor,
      PageStore store) {
    this.descriptor = descriptor;
    this.settings = settings;
    this.compressor = compressor;
    this.store = store;
    maxLevel = descriptor.getMaxDefinitionLevel();
    levels = new int[maxLevel == 0 ? 0 : settings.pageRows()];
    indices = new int[settings.pageRows()];
    headroom = maxLevel == 0 ? 0 : Integer.BYTES + HybridEncoding.levelsBound(settings.pageRows());
    page.ensure(headroom);
    page.resize(headroom);
    rawBytes = 2;
    compressedBytes = settings.compression() == Compression.UNCOMPRESSED ? 2 : 1;
  }

  /**
   * Adds rows of a column.
   *
   * @param absent for each row whether the struct around the column is null; null if none is
   */
  final void append(Column column, int from, int to, boolean @Nullable [] absent)
      throws IOException {
    int at = from;
    while (at < to) {
      int end = Math.min(to, at + settings.pageRows() - pageRows);
      if (column instanceof ConstantColumn constant) {
        Object value = constant.value();
        if (value != null) {
          end = Math.min(end, at + roomFor(plainSize(value)));
          putConstant(value, end - at);
        }
      } else {
        end = putValues(column, at, end);
      }
      putLevels(column, at, end, absent);
      pageRows += end - at;
      at = end;
      if (dictionaryOn && dictionaryFails()) {
        giveUpDictionary();
      }
      if (pageRows == settings.pageRows() || room() <= 0) {
        endPage();
      }
    }
  }

  /** Bytes that this column will take in the file, estimated. */
  final long encodedBytes() {
    long indexBytes = (long) pageIndices * indexWidth() / Byte.SIZE;
    long raw = page.size() - headroom + indexBytes + dictionaryBytes();
    return chunkBytes + raw * compressedBytes / rawBytes;
  }

  /** Writes all pages, and begins anew; the caller clears the store then. */
  final void writeTo(ParquetFileWriter writer) throws IOException {
    if (dictionaryOn && dictionaryPages == 0 && !dictionaryPays()) {
      giveUpDictionary();
    }
    endPage();
    Compression compression = compressing ? settings.compression() : Compression.UNCOMPRESSED;
    writer.startColumn(descriptor, chunkRows, compression.codec());
    if (dictionaryPages > 0) {
      GrowingBytes values = plainDictionary();
      BytesInput stored = compress(values.data(), 0, values.size());
      writer.writeDictionaryPage(
          new DictionaryPage(stored, values.size(), dictionarySize(), Encoding.PLAIN));
    }
    for (Page each : pages) {
      writer.writeDataPage(
          each.rows,
          each.rawSize,
          each.stored,
          each.statistics,
          each.rows,
          Encoding.RLE,
          Encoding.RLE,
          each.encoding);
    }
    if (!hasBounds()) {
      // A column index needs smallest and largest values: without them a page counts as all null.
      Statistics<?> total = newStatistics();
      for (Page each : pages) {
        total.incrementNumNulls(each.statistics.getNumNulls());
      }
      writer.invalidateStatistics(total);
    }
    writer.endColumn();
    pages.clear();
    chunkRows = 0;
    chunkBytes = 0;
    dictionaryPages = 0;
    dictionaryValues = 0;
    dictionaryPlainBytes = 0;
    dictionaryOn = true;
    compressing = true;
    clearDictionary();
  }

  /** The bytes that a value takes in PLAIN. */
  abstract int plainSize(Object value);

  abstract void putConstant(Object value, int times);

  /**
   * Puts the values of the rows that are not null, up to {@code to} or, after one row at least, to
   * where the page is full.
   *
   * @return the row after the last one that was taken
   */
  abstract int putValues(Column column, int from, int to);

  /** Puts a dictionary's value in PLAIN. */
  abstract void putPlain(int index);

  abstract int dictionarySize();

  abstract int dictionaryBytes();

  abstract GrowingBytes plainDictionary();

  abstract void clearDictionary();

  /** Whether the smallest and largest values of this column are told. */
  abstract boolean hasBounds();

  /** Adds the bounds of the page to its statistics, if it has any value, and forgets them. */
  abstract void takeBounds(Statistics<?> statistics);

  final boolean dictionaryOn() {
    return dictionaryOn;
  }

  final GrowingBytes page() {
    return page;
  }

  /** Numbers the pages from 1 on. */
  final int pageNumber() {
    return pageNumber;
  }

  /** Bytes in PLAIN that the page has room for; not positive when it is full. */
  final long room() {
    return dictionaryOn
        ? (long) settings.pageBytes() * DICTIONARY_LEVERAGE - pagePlainBytes
        : (long) settings.pageBytes() - (page.size() - headroom);
  }

  final boolean dictionaryFull() {
    return dictionaryBytes() > settings.dictionaryBytes();
  }

  final void putIndex(int index, int plainSize) {
    indices[pageIndices++] = index;
    pagePlainBytes += plainSize;
  }

  final void putIndices(int index, int times, int plainSize) {
    Arrays.fill(indices, pageIndices, pageIndices + times, index);
    pageIndices += times;
    pagePlainBytes += (long) times * plainSize;
  }

  private int roomFor(int plainSize) {
    return (int) Math.min(Integer.MAX_VALUE / 2, Math.max(1, room() / plainSize));
  }

  private void putLevels(Column column, int from, int to, boolean @Nullable [] absent) {
    if (maxLevel == 0) {
      if (column.nullCount() > 0) {
        throw new IllegalArgumentException(
            "column "
                + column.spec().path()
                + " is required and has a null; clean it away or make the column optional");
      }
    } else if (column.nullCount() == 0) {
      Arrays.fill(levels, pageRows, pageRows + to - from, maxLevel);
    } else {
      int at = pageRows;
      for (int row = from; row < to; row++) {
        if (!column.isNull(row)) {
          levels[at++] = maxLevel;
        } else {
          levels[at++] = absent != null && absent[row] ? 0 : maxLevel - 1;
          pageNulls++;
        }
      }
    }
  }

  private int indexWidth() {
    return HybridEncoding.bitWidth(Math.max(0, dictionarySize() - 1));
  }

  private boolean dictionaryFails() {
    return dictionaryFull()
        || (dictionaryValues + pageIndices >= ENOUGH_TO_JUDGE && !dictionaryPays());
  }

  private boolean dictionaryPays() {
    long encoded = dictionaryBytes() + (dictionaryValues + pageIndices) * indexWidth() / Byte.SIZE;
    // Compression finds some repetition by itself, and readers like PLAIN.
    return encoded < 0.9 * (dictionaryPlainBytes + pagePlainBytes);
  }

  private void giveUpDictionary() {
    dictionaryOn = false;
    for (int i = 0; i < pageIndices; i++) {
      putPlain(indices[i]);
    }
    pageIndices = 0;
    if (dictionaryPages == 0) {
      clearDictionary();
    }
  }

  private void endPage() throws IOException {
    if (pageRows == 0) {
      return;
    }
    // A page of nulls alone has neither indices nor values.
    boolean indexed = pageIndices > 0;
    if (indexed) {
      page.putByte(indexWidth());
      HybridEncoding.encode(indices, pageIndices, indexWidth(), page);
      dictionaryPages++;
      dictionaryValues += pageIndices;
      dictionaryPlainBytes += pagePlainBytes;
    }
    int pageStart = headroom;
    if (maxLevel > 0) {
      encodedLevels.resize(0);
      encodedLevels.putInt(0);
      HybridEncoding.encode(levels, pageRows, HybridEncoding.bitWidth(maxLevel), encodedLevels);
      encodedLevels.setInt(0, encodedLevels.size() - Integer.BYTES);
      pageStart -= encodedLevels.size();
      System.arraycopy(encodedLevels.data(), 0, page.data(), pageStart, encodedLevels.size());
    }
    Statistics<?> statistics = newStatistics();
    statistics.incrementNumNulls(pageNulls);
    takeBounds(statistics);
    int rawSize = page.size() - pageStart;
    BytesInput stored = compress(page.data(), pageStart, rawSize);
    if (pages.isEmpty() && stored.size() > WORTH_COMPRESSING * rawSize) {
      compressing = false;
      stored = compress(page.data(), pageStart, rawSize);
    }
    int size = (int) stored.size();
    store.take(size);
    pages.add(
        new Page(
            pageRows,
            rawSize,
            stored,
            indexed ? Encoding.RLE_DICTIONARY : Encoding.PLAIN,
            statistics));
    rawBytes += rawSize;
    compressedBytes += size;
    chunkBytes += size;
    chunkRows += pageRows;
    pageNumber++;
    pageRows = 0;
    pageNulls = 0;
    pageIndices = 0;
    pagePlainBytes = 0;
    page.resize(headroom);
  }

  private Statistics<?> newStatistics() {
    return Statistics.createStats(descriptor.getPrimitiveType());
  }

  /** Puts a page into the store's room, which is not taken yet. */
  private BytesInput compress(byte[] from, int offset, int length) throws IOException {
    if (!compressing) {
      return copy(from, offset, length);
    }
    int bound = compressor.bound(length);
    if (!store.hasRoom(bound)) {
      // what it takes may fit yet, and is less than what it may take
      byte[] scratch = store.scratch(bound);
      return copy(scratch, 0, compressor.compress(from, offset, length, scratch, 0));
    }
    byte[] segment = store.room(bound);
    int start = store.position();
    return BytesInput.from(
        segment, start, compressor.compress(from, offset, length, segment, start));
  }

  private BytesInput copy(byte[] from, int offset, int length) {
    byte[] segment = store.room(length);
    System.arraycopy(from, offset, segment, store.position(), length);
    return BytesInput.from(segment, store.position(), length);
  }
}
