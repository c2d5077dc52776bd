package io.pinpipeline.pipelines;

import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.pipelines.sink.DeltaSink;
import io.pinpipeline.pipelines.source.S3Source;
import io.pinpipeline.transforms.CleanRecords;
import io.pinpipeline.transforms.Deduplicate;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Raw records to clean Delta tables and dead letters, from objects or from Kafka: the transforms
 * between source and sink are the same.
 *
 * <p>Bounded:
 *
 * <pre>
 *   objects ─► clean ─► keys ─► find repeats ◄─ keys in the tables
 *      │                             │
 *      └────────► read again, marked ◄
 *                       │
 *                     clean ─► write ─► commit ─► books
 * </pre>
 *
 * <p>There the input is read twice, because only when all of it is known can it be told which
 * record of a key came first; what is held and shuffled in between are keys, not records.
 *
 * <p>Unbounded:
 *
 * <pre>
 *   polls ─► clean ─► write, marking the repeats that are known ─► commit ─► books
 *                                   ▲                                │
 *                                   └─ again, where they were not ───┘
 * </pre>
 *
 * <p>There the committer knows the keys of the table, and has the last word.
 */
public final class CleanPipeline {

  private CleanPipeline() {}

  /**
   * Builds the pipeline of a bounded run; what comes out are the books of each dataset, once it is
   * committed.
   */
  public static PCollection<KV<String, Books>> build(Pipeline pipeline, CleanRun run) {
    S3Source source = S3Source.of(run.splits(), run.maxRecordBytes());

    PCollection<KV<Integer, Repeats>> repeats =
        pipeline
            .apply("Read for keys", source)
            .apply("Clean for keys", CleanRecords.create())
            .apply(
                "Deduplicate",
                Deduplicate.over(run.shards())
                    .after(pipeline.apply("Keys in the tables", run.tableKeys())));

    return pipeline
        .apply("Read", source.marking(repeats))
        .apply("Clean", CleanRecords.create())
        .apply("Write to Delta", DeltaSink.to(run.lake(), run.commits(), run.fileForm()));
  }

  /** Builds the pipeline of a stream; what comes out are the books of each of its commits. */
  public static PCollection<KV<String, Books>> build(Pipeline pipeline, StreamRun run) {
    return pipeline
        .apply("Read", run.source())
        .apply("Clean", CleanRecords.create())
        .apply("Write to Delta", run.sink());
  }
}
