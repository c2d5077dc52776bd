package io.pinpipeline.transforms;

import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.DeadLetter;
import java.io.IOException;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * The records of clean batches that could not be cleaned, one element each, with the original bytes
 * and the reason: for tests, for alarms, and for whoever wants to mend and send them again.
 *
 * <p>Where the batches were marked with their repeats, conflicts are among them. A batch is cleaned
 * here, once for each transform that reads it, and each time is told as the time of rejection.
 */
public final class DeadLetters
    extends PTransform<PCollection<CleanBatch>, PCollection<DeadLetter>> {

  private DeadLetters() {}

  public static DeadLetters create() {
    return new DeadLetters();
  }

  @Override
  public PCollection<DeadLetter> expand(PCollection<CleanBatch> batches) {
    return batches
        .apply("Dead letters", ParDo.of(new DeadLettersFn()))
        .setCoder(RecordCoder.of(DeadLetter.class));
  }

  private static final class DeadLettersFn extends CleanBatchFn<DeadLetter> {

    @ProcessElement
    public void process(@Element CleanBatch batch, OutputReceiver<DeadLetter> out)
        throws IOException {
      try (CleanBatch.Reader blocks = open(batch)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          for (int row = 0; row < block.deadLetters().rows(); row++) {
            out.output(DeadLetter.read(block.deadLetters(), row));
          }
        }
      }
    }
  }
}
