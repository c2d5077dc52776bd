package io.pinpipeline.core.clean;

import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The clean form of a {@link RawBatch}. It is cleaned, block by block, by whoever reads it:
 * cleaning is a pure function, so it does not matter when, and what lies between the stages of a
 * pipeline stays small. Reading it twice cleans it twice, with the same result.
 *
 * @param raw what it is the clean form of
 */
public record CleanBatch(RawBatch raw) {

  public String dataset() {
    return raw.dataset();
  }

  /** As {@link RawBatch#number()}. */
  public int number() {
    return raw.number();
  }

  /** Opens it with a cleaner for its dataset, which is the reader's until it is closed. */
  public Reader open(Cleaner cleaner) throws IOException {
    return open(cleaner, Arrivals.ALL_FIRST);
  }

  /** As above, asking about every record that would become a row whether it is the first. */
  public Reader open(Cleaner cleaner, Arrivals arrivals) throws IOException {
    cleaner.begin(raw.repeats(), arrivals);
    return new Reader(raw.open(), cleaner);
  }

  /** The blocks of a batch, one after the other. */
  public static final class Reader implements Closeable {

    private final BlockReader blocks;
    private final Cleaner cleaner;
    private long bytes;

    private Reader(BlockReader blocks, Cleaner cleaner) {
      this.blocks = blocks;
      this.cleaner = cleaner;
    }

    /** The next block, which is the last one filled anew; null after the last. */
    public @Nullable CleanBlock next() throws IOException {
      RawBlock raw = blocks.next();
      if (raw == null) {
        return null;
      }
      bytes += raw.to() - raw.from();
      return cleaner.clean(raw);
    }

    /** The bytes of raw records read so far. */
    public long bytes() {
      return bytes;
    }

    @Override
    public void close() throws IOException {
      blocks.close();
    }
  }
}
