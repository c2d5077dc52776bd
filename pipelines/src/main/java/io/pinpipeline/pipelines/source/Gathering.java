package io.pinpipeline.pipelines.source;

import java.io.Serializable;
import java.time.Duration;

/**
 * How many records one poll gathers.
 *
 * @param time for so long, unless there are enough before; with zero it gathers what is there
 * @param bytes of values that are enough
 * @param blockBytes of one partition that go into one block
 * @param maxRecordBytes values that are longer are too large
 */
public record Gathering(Duration time, long bytes, int blockBytes, int maxRecordBytes)
    implements Serializable {

  private static final int LEAST_BLOCK_BYTES = 2 << 20;

  /**
   * A bundle of the DirectRunner ends after ten elements: these, and two partitions' remainders.
   */
  private static final int BLOCKS = 8;

  /** In blocks of a size that suits the pipeline: what one poll gathers fits into one bundle. */
  public static Gathering of(Duration time, long bytes, int maxRecordBytes) {
    int blockBytes = Math.max(LEAST_BLOCK_BYTES, Math.toIntExact(bytes / BLOCKS));
    return new Gathering(time, bytes, blockBytes, maxRecordBytes);
  }
}
