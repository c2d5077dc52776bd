package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.LineReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.ValueReader;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.ReadAhead.Extent;
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
  private static final int BEHIND_END = 1 << 16;

  private static final int GZIP_BUFFER_BYTES = 1 << 16;

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
    return new Reader(split.ranges());
  }

  private final class Reader implements BlockReader {

    private final Iterator<ObjectRange> ranges;
    private final @Nullable ReadAhead ahead;
    private @Nullable BlockReader blocks;
    private @Nullable ObjectRange range;
    private @Nullable InputStream stored;

    Reader(List<ObjectRange> ranges) {
      this.ranges = ranges.iterator();
      // local files are read ahead by the system
      this.ahead =
          ranges.stream().allMatch(one -> one.location().isLocal())
              ? null
              : new ReadAhead(storage, ranges.stream().map(ObjectBatch::extent).toList());
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
        stored = ahead == null ? read(extent(range)) : ahead.next();
        blocks = open(range, stored);
      }
    }

    private @Nullable RawBlock nextOf(BlockReader reader) throws IOException {
      try {
        RawBlock block = reader.next();
        if (block == null && range != null && range.isGzip() && stored != null) {
          requireEnd(stored);
        }
        return block;
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
      if (ahead != null) {
        ahead.close();
      }
      if (blocks != null) {
        blocks.close();
      }
    }
  }

  /**
   * A gzip stream takes a fault between two members for the end of the file.
   *
   * @throws IOException the fault, if there was one
   */
  private static void requireEnd(InputStream stored) throws IOException {
    if (stored.read() >= 0) {
      throw new ZipException("there is more behind its last member");
    }
  }

  /** What is read of a range at first: for a part as far as its last line usually goes. */
  private static Extent extent(ObjectRange range) {
    if (range.isWhole()) {
      return new Extent(range.object(), 0, range.size());
    }
    // a line begins behind the end of another
    long from = Math.max(0, range.begin() - 1);
    long to = Math.min(range.size(), range.end() + BEHIND_END);
    return new Extent(range.object(), from, to - from);
  }

  private InputStream read(Extent extent) throws IOException {
    return storage.read(extent.object(), extent.offset(), extent.length());
  }

  /**
   * Opens a range.
   *
   * @param stored its extent's bytes
   */
  private BlockReader open(ObjectRange range, InputStream stored) throws IOException {
    String origin = range.location().uri();
    if (range.isWhole()) {
      InputStream in = range.isGzip() ? unzip(origin, stored) : stored;
      return range.isValues()
          ? new ValueReader(origin, in, maxRecordBytes)
          : new LineReader(origin, in, 0, Long.MAX_VALUE, maxRecordBytes);
    }
    return new LineReader(
        origin, new Continued(range, stored), range.begin(), range.end(), maxRecordBytes);
  }

  private static InputStream unzip(String origin, InputStream stored) throws IOException {
    try {
      return new GZIPInputStream(stored, GZIP_BUFFER_BYTES);
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

  /** A range's extent, and what is behind it where the reader wants more than that. */
  private final class Continued extends InputStream {

    private final ObjectRange range;
    private InputStream part;
    private long partEnd;
    private long position;

    Continued(ObjectRange range, InputStream part) {
      Extent extent = extent(range);
      this.range = range;
      this.part = part;
      this.position = extent.offset();
      this.partEnd = extent.offset() + extent.length();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (true) {
        int read = part.read(bytes, offset, length);
        if (read >= 0) {
          position += read;
          return read;
        }
        if (position < partEnd) {
          throw new IOException(
              range.location()
                  + " has changed since the run began: it had "
                  + range.size()
                  + " bytes and ends at "
                  + position
                  + ". Nothing of this run was kept. Run it again once the object stays as it is.");
        }
        if (partEnd == range.size()) {
          return -1;
        }
        part.close();
        // as much as the reader's buffer takes: what is asked for and not read costs a connection
        partEnd = Math.min(range.size(), partEnd + LineReader.BLOCK_BYTES);
        part = storage.read(range.object(), position, partEnd - position);
      }
    }

    @Override
    public void close() throws IOException {
      part.close();
    }
  }

  /** Without the storage, which is no part of what the batch is. */
  @Override
  public String toString() {
    return "batch " + number() + " of " + dataset() + ", " + List.copyOf(split.ranges());
  }
}
