package io.pinpipeline.core.batch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of values, see {@link ValueFrame}, as blocks of records: each value is one,
 * whatever its bytes are. Of a value that is larger than a record may be only the beginning is
 * kept.
 */
public final class ValueReader implements BlockReader {

  /** Longer ones do not occur. */
  private static final int MAX_HEADER_BYTES = 64;

  private final String origin;
  private final BufferedInputStream in;
  private final int maxRecordBytes;
  private final RawBlock block = new RawBlock();

  private byte[] values = new byte[1 << 16];
  private int size;
  private int[] ends = new int[64];
  private long[] offsets = new long[64];
  private int count;

  /** Where the next byte stands in the object. */
  private long position;

  /** A value that is too large and has to wait for those before it; the last of the values. */
  private boolean oversizeWaits;

  private int oversizeFrom;
  private long oversizeOffset;
  private long oversizeLength;

  /**
   * A reader of a whole object.
   *
   * @param origin the name of the object
   * @param in the object's bytes; closed with the reader
   * @param maxRecordBytes the size of the largest record
   */
  public ValueReader(String origin, InputStream in, int maxRecordBytes) {
    this.origin = origin;
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public @Nullable RawBlock next() throws IOException {
    if (!oversizeWaits) {
      count = 0;
      size = 0;
      while (size < LineReader.BLOCK_BYTES && !oversizeWaits && readValue()) {
        // one more
      }
      if (count > 0) {
        block.setRecords(origin, null, values, 0, new RawBlock.Bounds(count, ends, offsets));
        return block;
      }
    }
    if (!oversizeWaits) {
      return null;
    }
    oversizeWaits = false;
    block.setOversize(origin, values, oversizeFrom, size, oversizeOffset, oversizeLength);
    return block;
  }

  /** Reads the next value; whether there was one. */
  private boolean readValue() throws IOException {
    String header = header();
    if (header.isEmpty()) {
      return false;
    }
    ValueFrame frame = ValueFrame.parse(header);
    if (frame == null) {
      throw broken("the offset and the length of a value should stand there");
    }
    long offset = position;
    int from = size;
    long content = readContent(frame.length());
    if (in.read() != '\n') {
      throw broken("a line feed should follow the value");
    }
    position++;
    if (content > maxRecordBytes) {
      oversizeWaits = true;
      oversizeFrom = from;
      oversizeOffset = offset;
      oversizeLength = content;
      return true;
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      offsets = Arrays.copyOf(offsets, count * 2);
    }
    ends[count] = size;
    offsets[count++] = offset;
    return true;
  }

  /** Nothing at the end of the object. */
  private String header() throws IOException {
    StringBuilder header = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n' && header.length() < MAX_HEADER_BYTES) {
      header.append((char) next);
      next = in.read();
    }
    if ((next == '\n') == header.isEmpty()) {
      throw broken("the offset and the length of a value should stand there");
    }
    position += header.isEmpty() ? 0 : header.length() + 1;
    return header.toString();
  }

  /**
   * Reads a value behind those that there are, without the line feeds around it, as far as a record
   * may go.
   *
   * @return its length without them, which may be more than was kept
   */
  private long readContent(long length) throws IOException {
    int from = size;
    long left = length;
    long passed = 0; // since its first byte that is no line feed
    long content = 0;
    byte[] part = new byte[(int) Math.min(1 << 16, Math.max(1, length))];
    while (left > 0) {
      int read = in.read(part, 0, (int) Math.min(part.length, left));
      if (read < 0) {
        throw broken("the value ends too early");
      }
      left -= read;
      position += read;
      int begin = passed == 0 ? Lines.contentBegin(part, 0, read) : 0;
      int end = Lines.contentEnd(part, begin, read);
      if (end > begin) {
        content = passed + (end - begin);
      }
      keep(part, begin, read, from);
      passed += read - begin;
    }
    size = from + (int) Math.min(size - from, content);
    return content;
  }

  private void keep(byte[] part, int begin, int end, int from) {
    int kept = Math.min(end - begin, maxRecordBytes - (size - from));
    if (size + kept > values.length) {
      values = Arrays.copyOf(values, Math.max(size + kept, values.length * 2));
    }
    System.arraycopy(part, begin, values, size, kept);
    size += kept;
  }

  private IOException broken(String why) {
    return new IOException(
        origin
            + " is no whole object of values: "
            + why
            + ", near byte "
            + position
            + ". Nothing of this run was kept. Restore the object, or leave it out of --input.");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
