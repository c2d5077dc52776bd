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

  /** So much of a partition goes through the pipeline as one element. */
  private static final int BLOCK_BYTES = 2 << 20;

  /** In blocks of a size that suits the pipeline. */
  public static Gathering of(Duration time, long bytes, int maxRecordBytes) {
    return new Gathering(time, bytes, BLOCK_BYTES, maxRecordBytes);
  }
}
