package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.RunCommit;
import io.pinpipeline.lake.run.StreamTable;
import io.pinpipeline.lake.run.WrittenBatch;
import io.pinpipeline.lake.run.WrittenRange;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.StorageFactory;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes clean batches to the Delta tables of a lake, exactly once.
 *
 * <pre>
 *   clean batches ─► write data files ─► by dataset ─► commit ─► books
 *                    (unique names,                    (atomic, and only if the
 *                     in no table yet)                  books balance)
 * </pre>
 *
 * <p>The columns of a batch go straight into Parquet pages; only the names of the files, with their
 * statistics, and the counts travel on. What is written twice, because a worker was lost, has two
 * sets of files, of which one is committed; the others are in no table.
 *
 * <p>A bounded run has one commit a dataset, in the end: see {@link RunCommit}. A stream commits
 * what has gathered, again and again: see {@link StreamTable}.
 */
public final class DeltaSink
    extends PTransform<PCollection<CleanBatch>, PCollection<KV<String, Books>>> {

  /** The namespace of the counters. */
  public static final String METRICS = "pinpipeline";

  /** Counts the bytes of raw records that have been written. */
  public static final String BYTES = "bytes";

  /** Counts the raw records that have been written. */
  public static final String RECORDS = "records";

  /** A bounded run. */
  private record Run(Lake lake, Map<String, RunCommit> commits, FileForm form) {}

  private final @Nullable Run run;
  private final @Nullable StreamWrites stream;

  private DeltaSink(@Nullable Run run, @Nullable StreamWrites stream) {
    this.run = run;
    this.stream = stream;
  }

  /**
   * A sink for one bounded run.
   *
   * @param commits of each dataset of the run, by its name
   */
  public static DeltaSink to(Lake lake, Map<String, RunCommit> commits, FileForm form) {
    return new DeltaSink(new Run(lake, Map.copyOf(commits), form), null);
  }

  /** A sink for a stream. */
  public static DeltaSink to(StreamWrites writes) {
    return new DeltaSink(null, writes);
  }

  @Override
  public PCollection<KV<String, Books>> expand(PCollection<CleanBatch> batches) {
    return (batches.isBounded() == PCollection.IsBounded.BOUNDED
            ? commitOnce(batches, Objects.requireNonNull(run, "a sink for a bounded run"))
            : keepCommitting(batches, Objects.requireNonNull(stream, "a sink for a stream")))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Books.class)));
  }

  private static PCollection<KV<String, Books>> commitOnce(
      PCollection<CleanBatch> batches, Run run) {
    return batches
        .apply(
            "Write data files", ParDo.of(new WriteBatchFn(run.lake(), run.commits(), run.form())))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(WrittenBatch.class)))
        .apply("By dataset", GroupByKey.create())
        .apply("Commit", ParDo.of(new CommitRunFn(run.commits())));
  }

  private static PCollection<KV<String, Books>> keepCommitting(
      PCollection<CleanBatch> batches, StreamWrites stream) {
    // the other half is for gathering records before they are written
    Duration gather = Duration.millis(Math.max(1, stream.commitInterval().toMillis() / 2));
    return batches
        .apply("Write data files", ParDo.of(new WriteRangesFn(stream)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(WrittenRange.class)))
        .apply(
            "Gather",
            Window.<KV<String, WrittenRange>>into(new GlobalWindows())
                .triggering(
                    Repeatedly.forever(
                        AfterProcessingTime.pastFirstElementInPane().plusDelayOf(gather)))
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes())
        .apply("By dataset", GroupByKey.create())
        .apply("Commit", ParDo.of(new CommitRangesFn(stream)));
  }

  /** The commit of a dataset. */
  static RunCommit commit(Map<String, RunCommit> commits, String dataset) {
    RunCommit commit = commits.get(dataset);
    if (commit == null) {
      throw new IllegalStateException("the run has no commit for " + dataset);
    }
    return commit;
  }

  private static final class CommitRunFn
      extends DoFn<KV<String, Iterable<WrittenBatch>>, KV<String, Books>> {

    private final Map<String, RunCommit> commits;

    CommitRunFn(Map<String, RunCommit> commits) {
      this.commits = commits;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<WrittenBatch>> written,
        PipelineOptions options,
        OutputReceiver<KV<String, Books>> out)
        throws IOException {
      try (Storage storage = StorageFactory.open(options)) {
        out.output(
            KV.of(
                written.getKey(),
                commit(commits, written.getKey()).commit(storage, written.getValue())));
      }
    }
  }
}
