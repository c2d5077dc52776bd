package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.RowGroupPool;
import io.pinpipeline.lake.run.RunCommit;
import io.pinpipeline.lake.run.WrittenBatch;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.CleanBatchFn;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.KV;
import org.jspecify.annotations.Nullable;

/** Writes each batch of a bounded run to files of its own. */
final class WriteBatchFn extends CleanBatchFn<KV<String, WrittenBatch>> {

  private final Lake lake;
  private final Map<String, RunCommit> commits;
  private final FileForm form;
  private final SinkCounters counters = new SinkCounters();
  private final WorkerStorage storage = new WorkerStorage();

  /** Of one batch's files after those of the other. */
  private transient @Nullable RowGroupPool rowGroups;

  WriteBatchFn(Lake lake, Map<String, RunCommit> commits, FileForm form) {
    this.lake = lake;
    this.commits = commits;
    this.form = form;
  }

  @Setup
  public void begin() {
    rowGroups = new RowGroupPool();
  }

  @ProcessElement
  public void process(
      @Element CleanBatch batch,
      PipelineOptions options,
      OutputReceiver<KV<String, WrittenBatch>> out)
      throws IOException {
    String dataset = batch.dataset();
    RunCommit commit = DeltaSink.commit(commits, dataset);
    try (CleanBatch.Reader blocks = open(batch);
        BatchFiles files =
            new BatchFiles(
                storage.get(options),
                lake,
                dataset,
                form,
                commit.run().value(),
                commit.cleanFileTag(),
                commit.deadLetterFileTag(),
                Objects.requireNonNull(rowGroups))) {
      files.append(blocks);
      out.output(
          KV.of(
              dataset,
              new WrittenBatch(
                  batch.number(),
                  files.records(),
                  files.duplicates(),
                  files.finishClean(),
                  files.finishDeadLetters(),
                  files.deadLettersByCode())));
      counters.count(dataset, files);
    }
  }

  @Teardown
  public void close() throws IOException {
    try (storage) {
      if (rowGroups != null) {
        rowGroups.close();
      }
    }
  }
}
