package io.pinpipeline.transforms;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import java.io.IOException;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * The clean rows of one dataset as records, one element each: for queries over few of them, for
 * tests, and for other people's pipelines.
 *
 * <p>Clean batches of any datasets go in, and those of others are passed over. Out come the rows:
 * no dead letters, and no duplicates where the batches were marked with their repeats. A batch is
 * cleaned here, once for each transform that reads it. An element a record costs several times what
 * an element a batch does, so what handles all rows should read the columns in a {@link
 * CleanBatchFn}.
 *
 * @param <T> the dataset's records
 */
public final class Rows<T extends Record>
    extends PTransform<PCollection<CleanBatch>, PCollection<T>> {

  private final transient Dataset<T> dataset;

  private Rows(Dataset<T> dataset) {
    this.dataset = dataset;
  }

  /** The rows of a dataset: {@code Rows.of(Datasets.PIN)}. */
  public static <T extends Record> Rows<T> of(Dataset<T> dataset) {
    return new Rows<>(dataset);
  }

  @Override
  public PCollection<T> expand(PCollection<CleanBatch> batches) {
    return batches
        .apply("Rows", ParDo.of(new RowsFn<>(dataset.name(), dataset.type())))
        .setCoder(RecordCoder.of(dataset.type()));
  }

  private static final class RowsFn<T> extends CleanBatchFn<T> {

    private final String dataset;
    private final Class<T> type;

    RowsFn(String dataset, Class<T> type) {
      this.dataset = dataset;
      this.type = type;
    }

    @ProcessElement
    public void process(@Element CleanBatch batch, OutputReceiver<T> out) throws IOException {
      if (!batch.dataset().equals(dataset)) {
        return;
      }
      Dataset<?> named = Datasets.named(dataset);
      try (CleanBatch.Reader blocks = open(batch)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          for (int row = 0; row < block.rows().rows(); row++) {
            out.output(type.cast(named.read(block.rows(), row)));
          }
        }
      }
    }
  }
}
