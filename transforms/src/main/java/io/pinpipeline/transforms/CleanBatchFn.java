package io.pinpipeline.transforms;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.Cleaner;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/**
 * A function over clean batches: what reads their columns, block by block, without making records
 * of them. It keeps a cleaner a dataset, with its buffers, from batch to batch.
 *
 * <pre>{@code
 * @ProcessElement
 * public void process(@Element CleanBatch batch, OutputReceiver<Long> out) throws IOException {
 *   try (CleanBatch.Reader blocks = open(batch)) {
 *     for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
 *       out.output((long) block.rows().rows());
 *     }
 *   }
 * }
 * }</pre>
 *
 * @param <OutputT> what it makes of them
 */
public abstract class CleanBatchFn<OutputT> extends DoFn<CleanBatch, OutputT> {

  private transient @Nullable Map<String, Cleaner> cleaners;

  /** Opens a batch. The reader is closed before the next batch is opened. */
  protected final CleanBatch.Reader open(CleanBatch batch) throws IOException {
    return open(batch, Arrivals.ALL_FIRST);
  }

  /** As above, asking about every record that would become a row whether it is the first. */
  protected final CleanBatch.Reader open(CleanBatch batch, Arrivals arrivals) throws IOException {
    if (cleaners == null) {
      cleaners = new HashMap<>();
    }
    return batch.open(
        cleaners.computeIfAbsent(
            batch.dataset(), name -> Datasets.named(name).cleaner(Clock.systemUTC())),
        arrivals);
  }
}
