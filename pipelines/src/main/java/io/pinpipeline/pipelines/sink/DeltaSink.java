package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.RunCommit;
import io.pinpipeline.lake.run.WrittenBatch;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.StorageFactory;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.CleanBatchFn;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes clean batches to the Delta tables of a lake, exactly once.
 *
 * <pre>
 *   clean batches ─► write data files ─► by dataset ─► commit, dead letters first ─► books
 *                    (unique names,                    (atomic, and only if the
 *                     in no table yet)                  books balance)
 * </pre>
 *
 * <p>The columns of a batch go straight into Parquet pages; only the names of the files, with their
 * statistics, and the counts travel on. A batch that is written twice, because a worker was lost,
 * has two sets of files, of which one is committed; the others are in no table. What a commit
 * guards against is told at {@link RunCommit}.
 */
public final class DeltaSink
    extends PTransform<PCollection<CleanBatch>, PCollection<KV<String, Books>>> {

  /** The namespace of the counters. */
  public static final String METRICS = "pinpipeline";

  /** Counts the bytes of raw records that have been written. */
  public static final String BYTES = "bytes";

  /** Counts the raw records that have been written. */
  public static final String RECORDS = "records";

  private final Lake lake;
  private final Map<String, RunCommit> commits;
  private final FileForm form;

  /**
   * What data files are like.
   *
   * @param compression of their pages
   * @param targetBytes the size at which a file is ended and another begun
   */
  public record FileForm(ParquetSettings.Compression compression, long targetBytes)
      implements Serializable {}

  private DeltaSink(Lake lake, Map<String, RunCommit> commits, FileForm form) {
    this.lake = lake;
    this.commits = Map.copyOf(commits);
    this.form = form;
  }

  /**
   * A sink for one bounded run.
   *
   * @param commits of each dataset of the run, by its name
   */
  public static DeltaSink to(Lake lake, Map<String, RunCommit> commits, FileForm form) {
    return new DeltaSink(lake, commits, form);
  }

  @Override
  public PCollection<KV<String, Books>> expand(PCollection<CleanBatch> batches) {
    if (batches.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException("unbounded input is not supported by this version");
    }
    return batches
        .apply("Write data files", ParDo.of(new WriteFn(lake, commits, form)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(WrittenBatch.class)))
        .apply("By dataset", GroupByKey.create())
        .apply("Commit", ParDo.of(new CommitFn(commits)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Books.class)));
  }

  static final class WriteFn extends CleanBatchFn<KV<String, WrittenBatch>> {

    private final Lake lake;
    private final Map<String, RunCommit> commits;
    private final FileForm form;
    private final Counter bytes = Metrics.counter(METRICS, BYTES);
    private final Counter records = Metrics.counter(METRICS, RECORDS);
    private final WorkerStorage storage = new WorkerStorage();

    WriteFn(Lake lake, Map<String, RunCommit> commits, FileForm form) {
      this.lake = lake;
      this.commits = commits;
      this.form = form;
    }

    @ProcessElement
    public void process(
        @Element CleanBatch batch,
        PipelineOptions options,
        OutputReceiver<KV<String, WrittenBatch>> out)
        throws IOException {
      RunCommit commit = commits.get(batch.dataset());
      if (commit == null) {
        throw new IllegalStateException("the run has no commit for " + batch.dataset());
      }
      out.output(KV.of(batch.dataset(), write(batch, commit, storage.get(options))));
    }

    private WrittenBatch write(CleanBatch batch, RunCommit commit, Storage files)
        throws IOException {
      ParquetSettings settings = ParquetSettings.DEFAULT.with(form.compression());
      try (CleanBatch.Reader blocks = open(batch);
          RollingDataFileWriter clean =
              new RollingDataFileWriter(
                  files,
                  lake.silver(batch.dataset()),
                  Datasets.named(batch.dataset()).schema(),
                  settings,
                  commit.cleanFileTag(),
                  form.targetBytes());
          RollingDataFileWriter deadLetters =
              new RollingDataFileWriter(
                  files,
                  lake.deadLetters(),
                  DeadLetterTable.SCHEMA,
                  settings,
                  commit.deadLetterFileTag(),
                  form.targetBytes())) {
        long read = 0;
        long duplicates = 0;
        SortedMap<String, Long> deadLettersByCode = new TreeMap<>();
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          clean.append(block.rows());
          block.stampRun(commit.run().value());
          deadLetters.append(block.deadLetters());
          read += block.records();
          duplicates += block.duplicates();
          count(block, deadLettersByCode);
          records.inc(block.records());
        }
        bytes.inc(blocks.bytes());
        return new WrittenBatch(
            batch.number(),
            read,
            duplicates,
            clean.finish(),
            deadLetters.finish(),
            deadLettersByCode);
      }
    }

    private static void count(CleanBlock block, SortedMap<String, Long> byCode) {
      BytesColumn codes =
          (BytesColumn)
              block.deadLetters().column(DeadLetterTable.SCHEMA.indexOf(DeadLetterTable.CODE));
      for (int row = 0; row < codes.size(); row++) {
        byCode.merge(codes.string(row), 1L, Long::sum);
      }
    }

    @Teardown
    public void close() throws IOException {
      storage.close();
    }
  }

  private static final class CommitFn
      extends DoFn<KV<String, Iterable<WrittenBatch>>, KV<String, Books>> {

    private final Map<String, RunCommit> commits;

    CommitFn(Map<String, RunCommit> commits) {
      this.commits = commits;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<WrittenBatch>> written,
        PipelineOptions options,
        OutputReceiver<KV<String, Books>> out)
        throws IOException {
      RunCommit commit = commits.get(written.getKey());
      if (commit == null) {
        throw new IllegalStateException("the run has no commit for " + written.getKey());
      }
      try (Storage storage = StorageFactory.open(options)) {
        out.output(KV.of(written.getKey(), commit.commit(storage, written.getValue())));
      }
    }
  }
}
