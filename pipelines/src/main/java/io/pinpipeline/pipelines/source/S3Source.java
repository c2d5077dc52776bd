package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.RawBatchCoder;
import io.pinpipeline.transforms.RepeatsBuilder;
import io.pinpipeline.transforms.RepeatsCoder;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
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
    PCollection<InputSplit> all =
        begin.apply("Splits", Create.of(splits).withCoder(InputSplitCoder.of()));
    // Each worker gets as many splits as any other. Grouped by their numbers they would not be:
    // which keys go to which worker is chance, and one with more than its share has the others
    // wait.
    return (repeats == null ? unmarked(all) : marked(all, repeats))
        .setCoder(KvCoder.of(InputSplitCoder.of(), RepeatsCoder.of()))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Open", ParDo.of(new OpenFn(maxRecordBytes)))
        .setCoder(RawBatchCoder.of());
  }

  private static PCollection<KV<InputSplit, Repeats>> unmarked(PCollection<InputSplit> all) {
    return all.apply("Without repeats", ParDo.of(new UnmarkedFn()));
  }

  private static PCollection<KV<InputSplit, Repeats>> marked(
      PCollection<InputSplit> all, PCollection<KV<Integer, Repeats>> found) {
    TupleTag<InputSplit> splitTag = new TupleTag<>("split");
    TupleTag<Repeats> repeatsTag = new TupleTag<>("repeats");
    PCollection<KV<Integer, InputSplit>> numbered =
        all.apply(
            "By number", WithKeys.of(InputSplit::number).withKeyType(TypeDescriptors.integers()));
    return KeyedPCollectionTuple.of(splitTag, numbered)
        .and(repeatsTag, found)
        .apply("Join", CoGroupByKey.create())
        .apply("With repeats", ParDo.of(new MarkFn(splitTag, repeatsTag)));
  }

  static final class UnmarkedFn extends DoFn<InputSplit, KV<InputSplit, Repeats>> {

    @ProcessElement
    public void process(@Element InputSplit split, OutputReceiver<KV<InputSplit, Repeats>> out) {
      out.output(KV.of(split, Repeats.NONE));
    }
  }

  static final class MarkFn extends DoFn<KV<Integer, CoGbkResult>, KV<InputSplit, Repeats>> {

    private final TupleTag<InputSplit> splitTag;
    private final TupleTag<Repeats> repeatsTag;

    MarkFn(TupleTag<InputSplit> splitTag, TupleTag<Repeats> repeatsTag) {
      this.splitTag = splitTag;
      this.repeatsTag = repeatsTag;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, CoGbkResult> joined, OutputReceiver<KV<InputSplit, Repeats>> out) {
      RepeatsBuilder found = new RepeatsBuilder();
      joined.getValue().getAll(repeatsTag).forEach(found::addAll);
      out.output(KV.of(joined.getValue().getOnly(splitTag), found.build()));
    }
  }

  static final class OpenFn extends DoFn<KV<InputSplit, Repeats>, RawBatch> {

    private final int maxRecordBytes;
    private final WorkerStorage storage = new WorkerStorage();

    OpenFn(int maxRecordBytes) {
      this.maxRecordBytes = maxRecordBytes;
    }

    @ProcessElement
    public void process(
        @Element KV<InputSplit, Repeats> split,
        PipelineOptions options,
        OutputReceiver<RawBatch> out) {
      out.output(
          new ObjectBatch(split.getKey(), split.getValue(), maxRecordBytes, storage.get(options)));
    }

    @Teardown
    public void close() throws IOException {
      storage.close();
    }
  }
}
