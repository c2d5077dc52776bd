package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.LineReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.ValueReader;
import io.pinpipeline.lake.storage.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The records of a split, read from storage whenever they are asked for. */
record ObjectBatch(InputSplit split, Repeats repeats, int maxRecordBytes, Storage storage)
    implements RawBatch {

  /** How far behind its end a part is read at first, for the line that goes on there. */
  private static final int READ_AHEAD = 1 << 16;

  @Override
  public String dataset() {
    return split.dataset();
  }

  @Override
  public int number() {
    return split.number();
  }

  @Override
  public BlockReader open() {
    return new Reader(split.ranges().iterator());
  }

  private final class Reader implements BlockReader {

    private final Iterator<ObjectRange> ranges;
    private @Nullable BlockReader blocks;
    private @Nullable ObjectRange range;

    Reader(Iterator<ObjectRange> ranges) {
      this.ranges = ranges;
    }

    @Override
    public @Nullable RawBlock next() throws IOException {
      while (true) {
        if (blocks != null) {
          RawBlock block = nextOf(blocks);
          if (block != null) {
            return block;
          }
          blocks.close();
          blocks = null;
        }
        if (!ranges.hasNext()) {
          return null;
        }
        range = ranges.next();
        blocks = open(range);
      }
    }

    private @Nullable RawBlock nextOf(BlockReader reader) throws IOException {
      try {
        return reader.next();
      } catch (EOFException | ZipException e) {
        throw new IOException(
            (range == null ? "an object" : range.location().uri())
                + " is no whole gzip file ("
                + e.getMessage()
                + "). Nothing of this run was kept. Upload the file again, or leave it out of"
                + " --input.",
            e);
      }
    }

    @Override
    public void close() throws IOException {
      if (blocks != null) {
        blocks.close();
      }
    }
  }

  private BlockReader open(ObjectRange range) throws IOException {
    String origin = range.location().uri();
    if (range.isWhole()) {
      InputStream in = storage.read(range.location(), 0, range.size());
      if (range.isGzip()) {
        in = unzip(origin, in);
      }
      return range.isValues()
          ? new ValueReader(origin, in, maxRecordBytes)
          : new LineReader(origin, in, 0, Long.MAX_VALUE, maxRecordBytes);
    }
    return new LineReader(origin, new Continued(range), range.begin(), range.end(), maxRecordBytes);
  }

  private static InputStream unzip(String origin, InputStream stored) throws IOException {
    try {
      return new GZIPInputStream(stored, READ_AHEAD);
    } catch (EOFException | ZipException e) {
      stored.close();
      throw new IOException(
          origin
              + " is no gzip file, though its name ends in .gz"
              + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")")
              + ". Nothing of this run was kept. Rename it, or upload it again.",
          e);
    }
  }

  /**
   * An object from the byte before a range on: first as far as its last line usually goes, and
   * further only if it goes further.
   */
  private final class Continued extends InputStream {

    private final ObjectRange range;
    private long next;
    private long position;
    private @Nullable InputStream part;

    Continued(ObjectRange range) {
      this.range = range;
      this.next = Math.max(0, range.begin() - 1);
      this.position = next;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (true) {
        if (part == null) {
          if (next >= range.size()) {
            return -1;
          }
          long end = next < range.end() ? range.end() + READ_AHEAD : range.size();
          long count = Math.min(end, range.size()) - next;
          part = storage.read(range.location(), next, count);
          next += count;
        }
        int read = part.read(bytes, offset, length);
        if (read >= 0) {
          position += read;
          return read;
        }
        if (position < next) {
          throw new IOException(
              range.location()
                  + " has changed since the run began: it had "
                  + range.size()
                  + " bytes and ends at "
                  + position
                  + ". Nothing of this run was kept. Run it again once the object stays as it is.");
        }
        part.close();
        part = null;
      }
    }

    @Override
    public void close() throws IOException {
      if (part != null) {
        part.close();
      }
    }
  }

  /** Without the storage, which is no part of what the batch is. */
  @Override
  public String toString() {
    return "batch " + number() + " of " + dataset() + ", " + List.copyOf(split.ranges());
  }
}
