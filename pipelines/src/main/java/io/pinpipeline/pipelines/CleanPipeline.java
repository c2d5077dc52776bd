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
 * The bounded pipeline: raw records from objects to clean Delta tables and dead letters.
 *
 * <pre>
 *   objects ─► clean ─► keys ─► find repeats ◄─ keys in the tables
 *      │                             │
 *      └────────► read again, marked ◄
 *                       │
 *                     clean ─► write ─► commit ─► books
 * </pre>
 *
 * <p>The input is read twice, because only when all of it is known can it be told which record of a
 * key came first; what is held and shuffled in between are keys, not records.
 */
public final class CleanPipeline {

  private CleanPipeline() {}

  /** Builds the pipeline; what comes out are the books of each dataset, once it is committed. */
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
}
