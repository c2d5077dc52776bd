package io.pinpipeline.core.batch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of newline-delimited records into blocks of whole lines.
 *
 * <p>It reads the lines that begin in a range of the object, so that an object may be read in
 * parts: the part that a line begins in has the whole of it. A line larger than a record may be is
 * read past, and only its beginning kept; a byte order mark at the object's beginning is passed
 * over.
 */
public final class LineReader implements BlockReader {

  /** Bytes of raw records in a block: small enough for the second-level cache. */
  public static final int BLOCK_BYTES = 1 << 20;

  private final String origin;
  private final InputStream in;
  private long end;
  private final int maxRecordBytes;
  private final RawBlock block = new RawBlock();

  /** What was read and not handed out yet is {@code buffer[from, to)}. */
  private byte[] buffer;

  private int from;
  private int to;

  /** The offset in the object of the byte at {@code from}. */
  private long offset;

  private boolean atEndOfStream;
  private boolean atStart = true;
  private final boolean skipFirstLine;

  /**
   * A reader of the lines that begin in {@code [begin, end)}.
   *
   * @param origin the name of the object
   * @param in the object's bytes from {@code begin} on, or from {@code begin - 1} on where that is
   *     not 0, up to the end of the object as far as it is read; closed with the reader
   * @param begin the offset of the first byte that a line may begin at
   * @param end the offset at which no line begins any more; {@link Long#MAX_VALUE} where the
   *     object's length is not known
   * @param maxRecordBytes the size of the largest record
   */
  public LineReader(String origin, InputStream in, long begin, long end, int maxRecordBytes) {
    this.origin = origin;
    this.in = in;
    this.end = end;
    this.maxRecordBytes = maxRecordBytes;
    this.skipFirstLine = begin > 0;
    this.offset = skipFirstLine ? begin - 1 : 0;
    this.buffer = new byte[(int) Math.min(BLOCK_BYTES - 4096, end - begin) + 4096];
  }

  @Override
  public @Nullable RawBlock next() throws IOException {
    if (atStart) {
      atStart = false;
      if (skipFirstLine) {
        passLine();
      } else {
        passByteOrderMark();
      }
    }
    if (offset >= end) {
      return null;
    }
    while (true) {
      int lineEnd = lastLineEnd();
      if (lineEnd > from) {
        return handOut(lineEnd);
      }
      if (atEndOfStream) {
        return to > from ? handOut(to) : null;
      }
      if (to - from > maxRecordBytes) {
        return handOutOversize();
      }
      fill();
    }
  }

  /**
   * Behind the last line in the buffer that is whole and begins before the end of the range; {@code
   * from} if there is none.
   */
  private int lastLineEnd() {
    if (offset + (to - from) <= end) {
      return lastLineFeed(from, to) + 1;
    }
    // the line that holds the last byte of the range is ours to its end
    int lastOurs = (int) (end - 1 - offset) + from;
    int stop = Lines.end(buffer, lastOurs, to);
    return stop < to ? stop + 1 : lastLineFeed(from, lastOurs) + 1;
  }

  private int lastLineFeed(int first, int behind) {
    for (int p = behind - 1; p >= first; p--) {
      if (buffer[p] == '\n') {
        return p;
      }
    }
    return first - 1;
  }

  private RawBlock handOut(int lineEnd) throws IOException {
    int behind = lineEnd;
    if (lineEnd - from > maxRecordBytes) {
      // a line may be too large and yet be whole in the buffer
      for (int p = from; p < lineEnd; ) {
        int stop = Lines.end(buffer, p, lineEnd);
        if (stop - p > maxRecordBytes) {
          if (p == from) {
            return handOutOversize();
          }
          behind = p;
          break;
        }
        p = stop + 1;
      }
    }
    block.setLines(origin, buffer, from, behind, offset);
    advance(behind);
    return block;
  }

  private RawBlock handOutOversize() throws IOException {
    byte[] beginning = Arrays.copyOfRange(buffer, from, from + maxRecordBytes);
    long began = offset;
    long length = passLine();
    block.setOversize(origin, beginning, 0, beginning.length, began, length);
    return block;
  }

  /** Passes the line at hand; its length without the line feed. */
  private long passLine() throws IOException {
    long length = 0;
    while (true) {
      int stop = Lines.end(buffer, from, to);
      length += stop - from;
      if (stop < to) {
        advance(stop + 1);
        return length;
      }
      advance(to);
      if (atEndOfStream) {
        return length;
      }
      fill();
    }
  }

  private void passByteOrderMark() throws IOException {
    while (to - from < Lines.BYTE_ORDER_MARK.length && !atEndOfStream) {
      fill();
    }
    if (Lines.beginsWithMark(buffer, from, to)) {
      advance(from + Lines.BYTE_ORDER_MARK.length);
      if (end > 0) {
        end = Math.max(end, 4); // the mark is a part of the first line, which begins at 0
      }
    }
  }

  private void advance(int newFrom) {
    offset += newFrom - from;
    from = newFrom;
  }

  /** Reads more behind what is there. */
  private void fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    if (to == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, 1 << 16));
    }
    int read = in.readNBytes(buffer, to, buffer.length - to);
    to += read;
    atEndOfStream = to < buffer.length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
