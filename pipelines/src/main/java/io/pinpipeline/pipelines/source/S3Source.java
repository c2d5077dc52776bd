package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.RawBatchCoder;
import io.pinpipeline.transforms.RepeatsBuilder;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.jspecify.annotations.Nullable;

/**
 * The bounded source: raw records of objects on S3 or local disk, newline-delimited, gzipped or
 * not.
 *
 * <p>Each split is one batch, which reads its objects when it is opened. With {@link #marking} the
 * batches know which of their records have come before: the splits, which are small, are joined
 * with what de-duplication has found, and read again.
 */
public final class S3Source extends PTransform<PBegin, PCollection<RawBatch>> {

  /** A record of this many bytes still may be: what a Kafka broker takes by default. */
  public static final int DEFAULT_MAX_RECORD_BYTES = 1 << 20;

  private final List<InputSplit> splits;
  private final int maxRecordBytes;
  private final @Nullable PCollection<KV<Integer, Repeats>> repeats;

  private S3Source(
      List<InputSplit> splits,
      int maxRecordBytes,
      @Nullable PCollection<KV<Integer, Repeats>> repeats) {
    this.splits = splits;
    this.maxRecordBytes = maxRecordBytes;
    this.repeats = repeats;
  }

  /**
   * The records of these splits.
   *
   * @param maxRecordBytes larger records are dead letters
   */
  public static S3Source of(List<InputSplit> splits, int maxRecordBytes) {
    return new S3Source(splits, maxRecordBytes, null);
  }

  /** The same records, with those marked that have come before. */
  public S3Source marking(PCollection<KV<Integer, Repeats>> found) {
    return new S3Source(splits, maxRecordBytes, found);
  }

  @Override
  public PCollection<RawBatch> expand(PBegin begin) {
    PCollection<KV<Integer, InputSplit>> numbered =
        begin
            .apply("Splits", Create.of(splits).withCoder(InputSplitCoder.of()))
            .apply(
                "By number",
                WithKeys.of(InputSplit::number).withKeyType(TypeDescriptors.integers()));
    TupleTag<InputSplit> splitTag = new TupleTag<>("split");
    TupleTag<Repeats> repeatsTag = new TupleTag<>("repeats");
    KeyedPCollectionTuple<Integer> joined = KeyedPCollectionTuple.of(splitTag, numbered);
    if (repeats != null) {
      joined = joined.and(repeatsTag, repeats);
    }
    // one element a split, spread over all workers
    return joined
        .apply("Spread", CoGroupByKey.create())
        .apply("Open", ParDo.of(new OpenFn(splitTag, repeatsTag, repeats != null, maxRecordBytes)))
        .setCoder(RawBatchCoder.of());
  }

  static final class OpenFn extends DoFn<KV<Integer, CoGbkResult>, RawBatch> {

    private final TupleTag<InputSplit> splitTag;
    private final TupleTag<Repeats> repeatsTag;
    private final boolean marked;
    private final int maxRecordBytes;
    private final WorkerStorage storage = new WorkerStorage();

    OpenFn(
        TupleTag<InputSplit> splitTag,
        TupleTag<Repeats> repeatsTag,
        boolean marked,
        int maxRecordBytes) {
      this.splitTag = splitTag;
      this.repeatsTag = repeatsTag;
      this.marked = marked;
      this.maxRecordBytes = maxRecordBytes;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, CoGbkResult> joined,
        PipelineOptions options,
        OutputReceiver<RawBatch> out) {
      RepeatsBuilder found = new RepeatsBuilder();
      if (marked) {
        joined.getValue().getAll(repeatsTag).forEach(found::addAll);
      }
      out.output(
          new ObjectBatch(
              joined.getValue().getOnly(splitTag),
              found.build(),
              maxRecordBytes,
              storage.get(options)));
    }

    @Teardown
    public void close() throws IOException {
      storage.close();
    }
  }
}
