package io.pinpipeline.transforms;

import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.clean.CleanBatch;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Cleans raw records, the same way in the bounded and in the unbounded pipeline.
 *
 * <p>Each raw record of a batch becomes a clean row, a duplicate or a dead letter of the {@link
 * CleanBatch} that comes out; the {@link io.pinpipeline.core.Dataset} it belongs to says how. One
 * batch carries them all, for a tagged output would cost a copy of everything on most engines: take
 * them apart with {@link Rows} and {@link DeadLetters}, or write them as they are with the Delta
 * sink.
 *
 * <p>A clean batch is cleaned by the stage that reads it, which engines chain behind this one. So
 * columns go from the cleaner's buffers to their files, never through a coder, and the runners that
 * hold everything a stage puts out until the next one takes it hold next to nothing.
 */
public final class CleanRecords extends PTransform<PCollection<RawBatch>, PCollection<CleanBatch>> {

  private CleanRecords() {}

  public static CleanRecords create() {
    return new CleanRecords();
  }

  @Override
  public PCollection<CleanBatch> expand(PCollection<RawBatch> batches) {
    return batches.apply("Clean", ParDo.of(new CleanFn())).setCoder(CleanBatchCoder.of());
  }

  private static final class CleanFn extends DoFn<RawBatch, CleanBatch> {

    @ProcessElement
    public void process(@Element RawBatch batch, OutputReceiver<CleanBatch> out) {
      out.output(new CleanBatch(batch));
    }
  }
}
