package io.pinpipeline.transforms;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.Cleaner;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/**
 * A function over clean batches. It keeps a cleaner a dataset, with its buffers, from batch to
 * batch.
 *
 * @param <OutputT> what it makes of them
 */
public abstract class CleanBatchFn<OutputT> extends DoFn<CleanBatch, OutputT> {

  private transient @Nullable Map<String, Cleaner> cleaners;

  /** Opens a batch. The reader is closed before the next batch is opened. */
  protected final CleanBatch.Reader open(CleanBatch batch) throws IOException {
    if (cleaners == null) {
      cleaners = new HashMap<>();
    }
    return batch.open(
        cleaners.computeIfAbsent(
            batch.dataset(), name -> Datasets.named(name).cleaner(Clock.systemUTC())));
  }
}
