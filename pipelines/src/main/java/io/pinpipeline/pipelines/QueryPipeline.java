package io.pinpipeline.pipelines;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.pipelines.options.StorageFactory;
import io.pinpipeline.pipelines.source.DeltaSource;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Answers;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Answers questions from clean tables.
 *
 * <pre>
 *   tables ─► the columns needed, spread ─► join, tally, add up ─► answers ─► one small file
 * </pre>
 *
 * <p>The answers come back in a file, the one way that all engines have.
 */
public final class QueryPipeline {

  private static final Coder<List<Answer>> FORM = ListCoder.of(Answer.coder());

  private QueryPipeline() {}

  /**
   * Builds the pipeline.
   *
   * @param file where the answers are when it is done, to be read with {@link #read}; a place that
   *     all workers reach
   */
  public static void build(
      Pipeline pipeline, DeltaSource source, Collection<Question> questions, Location file) {
    PCollectionView<List<Answer>> answers =
        pipeline
            .apply("Read", source)
            .apply("Answer", Answers.to(questions))
            .apply("All", View.asList());

    // a side input, so that the file is written where there is no answer at all, too
    pipeline
        .apply("Once", Create.of(file.uri()))
        .apply("Write", ParDo.of(new WriteFn(answers)).withSideInputs(answers));
  }

  /** The answers that a pipeline has written; none to a question that no row has an answer to. */
  public static List<Answer> read(Storage storage, Location file) throws IOException {
    return CoderUtils.decodeFromByteArray(FORM, storage.readAll(file));
  }

  private static final class WriteFn extends DoFn<String, Void> {

    private final PCollectionView<List<Answer>> answers;

    WriteFn(PCollectionView<List<Answer>> answers) {
      this.answers = answers;
    }

    @ProcessElement
    public void process(@Element String file, ProcessContext context) throws IOException {
      byte[] bytes = CoderUtils.encodeToByteArray(FORM, List.copyOf(context.sideInput(answers)));
      try (Storage storage = StorageFactory.open(context.getPipelineOptions());
          StorageOutput out = storage.create(new Location(file))) {
        out.write(bytes);
        out.finish();
      }
    }
  }
}
