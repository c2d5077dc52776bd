package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads columns of a data file, a page at a time and column by column: nothing is made of a row,
 * and of a text that is in a dictionary nothing but its place there is decoded.
 */
public final class ColumnFileReader implements Closeable {

  private static final int ROWS_AT_A_TIME = 8_192;

  private final ParquetFileReader file;
  private final List<ColumnDescriptor> descriptors;
  private final List<Cursor> cursors = new ArrayList<>();
  private long rowsLeft;

  private ColumnFileReader(ParquetFileReader file, List<ColumnDescriptor> descriptors) {
    this.file = file;
    this.descriptors = descriptors;
  }

  /**
   * Opens a file; empty if it does not hold all of these columns the way that {@link
   * DataFileWriter} writes them.
   */
  public static Optional<ColumnFileReader> open(InputFile input, List<ColumnSpec> columns)
      throws IOException {
    ParquetFileReader file =
        ParquetFileReader.open(
            input, ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    boolean opened = false;
    try {
      MessageType schema = file.getFileMetaData().getSchema();
      List<ColumnDescriptor> descriptors = new ArrayList<>();
      for (ColumnSpec column : columns) {
        String[] path = column.path().split("\\.", -1);
        if (!schema.containsPath(path) || !schema.getType(path).isPrimitive()) {
          return Optional.empty();
        }
        ColumnDescriptor descriptor = schema.getColumnDescription(path);
        if (descriptor.getMaxRepetitionLevel() > 0
            || !isLike(descriptor.getPrimitiveType(), column)) {
          return Optional.empty();
        }
        descriptors.add(descriptor);
      }
      file.setRequestedSchema(projection(schema, columns));
      opened = true;
      return Optional.of(new ColumnFileReader(file, descriptors));
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /** The part of a file's schema that holds these columns, which are one struct deep at most. */
  private static MessageType projection(MessageType schema, List<ColumnSpec> columns) {
    Map<String, List<Type>> members = new LinkedHashMap<>();
    for (ColumnSpec column : columns) {
      String[] path = column.path().split("\\.", -1);
      List<Type> chosen = members.computeIfAbsent(path[0], name -> new ArrayList<>());
      if (path.length > 1) {
        chosen.add(schema.getType(path));
      }
    }
    List<Type> fields = new ArrayList<>();
    members.forEach(
        (name, chosen) -> {
          Type field = schema.getType(name);
          fields.add(chosen.isEmpty() ? field : field.asGroupType().withNewFields(chosen));
        });
    return new MessageType(schema.getName(), fields);
  }

  private static boolean isLike(PrimitiveType type, ColumnSpec column) {
    PrimitiveTypeName physical = type.getPrimitiveTypeName();
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (column.type()) {
      case LONG -> physical == PrimitiveTypeName.INT64 && logical == null;
      case INT -> physical == PrimitiveTypeName.INT32 && logical == null;
      case DOUBLE -> physical == PrimitiveTypeName.DOUBLE;
      case STRING, BINARY -> physical == PrimitiveTypeName.BINARY;
      case TIMESTAMP ->
          physical == PrimitiveTypeName.INT64
              && logical instanceof TimestampLogicalTypeAnnotation timestamp
              && timestamp.isAdjustedToUTC()
              && timestamp.getUnit() == TimeUnit.MICROS;
    };
  }

  /**
   * Appends the next rows, some thousand at most, to a block of the columns that it was opened for.
   *
   * @return whether there were more
   */
  public boolean next(ColumnBlock block) throws IOException {
    while (rowsLeft == 0) {
      PageReadStore group = file.readNextRowGroup();
      if (group == null) {
        return false;
      }
      rowsLeft = group.getRowCount();
      cursors.clear();
      for (ColumnDescriptor descriptor : descriptors) {
        cursors.add(new Cursor(descriptor, group.getPageReader(descriptor)));
      }
    }
    int rows = (int) Math.min(rowsLeft, ROWS_AT_A_TIME);
    for (int i = 0; i < descriptors.size(); i++) {
      cursors.get(i).append(rows, block.column(i));
    }
    rowsLeft -= rows;
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Where one column of a row group is. */
  private static final class Cursor {

    private final ColumnDescriptor descriptor;
    private final PageReader pages;
    private final @Nullable Dictionary dictionary;
    private final byte @Nullable [][] texts;

    /** Which of the next values of the page are there; those of a required column all are. */
    private boolean[] present = new boolean[0];

    private @Nullable ValuesReader values;
    private boolean isCoded;
    private int at;
    private int end;

    Cursor(ColumnDescriptor descriptor, PageReader pages) throws IOException {
      this.descriptor = descriptor;
      this.pages = pages;
      DictionaryPage page = pages.readDictionaryPage();
      this.dictionary = page == null ? null : page.getEncoding().initDictionary(descriptor, page);
      this.texts =
          dictionary != null
                  && descriptor.getPrimitiveType().getPrimitiveTypeName()
                      == PrimitiveTypeName.BINARY
              ? texts(dictionary)
              : null;
    }

    private static byte[][] texts(Dictionary dictionary) {
      byte[][] texts = new byte[dictionary.getMaxId() + 1][];
      for (int id = 0; id < texts.length; id++) {
        texts[id] = dictionary.decodeToBinary(id).getBytesUnsafe();
      }
      return texts;
    }

    void append(int rows, Column target) throws IOException {
      int left = rows;
      while (left > 0) {
        if (at == end) {
          open();
        }
        int count = Math.min(left, end - at);
        appendOfPage(count, target);
        at += count;
        left -= count;
      }
    }

    private void appendOfPage(int count, Column target) {
      ValuesReader from = values;
      if (from == null) {
        throw new IllegalStateException("no page is open");
      }
      int until = at + count;
      if (target instanceof LongColumn longs) {
        for (int i = at; i < until; i++) {
          if (present[i]) {
            longs.append(from.readLong());
          } else {
            longs.appendNull();
          }
        }
      } else if (target instanceof IntColumn ints) {
        for (int i = at; i < until; i++) {
          if (present[i]) {
            ints.append(from.readInteger());
          } else {
            ints.appendNull();
          }
        }
      } else if (target instanceof DoubleColumn doubles) {
        for (int i = at; i < until; i++) {
          if (present[i]) {
            doubles.append(from.readDouble());
          } else {
            doubles.appendNull();
          }
        }
      } else if (target instanceof BytesColumn bytes) {
        appendBytes(from, until, bytes);
      } else {
        throw new IllegalStateException("cannot append to " + target);
      }
    }

    private void appendBytes(ValuesReader from, int until, BytesColumn bytes) {
      byte @Nullable [][] known = isCoded ? texts : null;
      for (int i = at; i < until; i++) {
        if (!present[i]) {
          bytes.appendNull();
        } else if (known != null) {
          bytes.append(known[from.readValueDictionaryId()]);
        } else {
          bytes.append(from.readBytes().getBytesUnsafe());
        }
      }
    }

    private void open() throws IOException {
      DataPage page = pages.readPage();
      if (page == null) {
        throw new IOException(
            "the column "
                + String.join(".", descriptor.getPath())
                + " has fewer values than its file has rows");
      }
      at = 0;
      end = page.getValueCount();
      if (present.length < end) {
        present = new boolean[end];
      }
      if (page instanceof DataPageV1 one) {
        ByteBufferInputStream in = one.getBytes().toInputStream();
        one.getRlEncoding()
            .getValuesReader(descriptor, ValuesType.REPETITION_LEVEL)
            .initFromPage(end, in);
        ValuesReader levels =
            one.getDlEncoding().getValuesReader(descriptor, ValuesType.DEFINITION_LEVEL);
        levels.initFromPage(end, in);
        int most = descriptor.getMaxDefinitionLevel();
        for (int i = 0; i < end; i++) {
          present[i] = levels.readInteger() == most;
        }
        begin(one.getValueEncoding(), in);
      } else {
        DataPageV2 two = (DataPageV2) page;
        readLevels(two.getDefinitionLevels());
        begin(two.getDataEncoding(), two.getData().toInputStream());
      }
    }

    private void readLevels(BytesInput bytes) throws IOException {
      int most = descriptor.getMaxDefinitionLevel();
      int width = Integer.SIZE - Integer.numberOfLeadingZeros(most);
      RunLengthBitPackingHybridDecoder levels =
          new RunLengthBitPackingHybridDecoder(width, bytes.toInputStream());
      for (int i = 0; i < end; i++) {
        present[i] = most == 0 || levels.readInt() == most;
      }
    }

    private void begin(Encoding encoding, ByteBufferInputStream in) throws IOException {
      isCoded = encoding.usesDictionary();
      if (isCoded && dictionary == null) {
        throw new IOException(
            "the column "
                + String.join(".", descriptor.getPath())
                + " has a page that needs a dictionary, and none is there");
      }
      ValuesReader reader =
          isCoded && dictionary != null
              ? encoding.getDictionaryBasedValuesReader(descriptor, ValuesType.VALUES, dictionary)
              : encoding.getValuesReader(descriptor, ValuesType.VALUES);
      reader.initFromPage(end, in);
      values = reader;
    }
  }
}
