package io.pinpipeline.pipelines;

import io.pinpipeline.lake.archive.Extent;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Topics to a raw archive of their records, bytes as they came.
 *
 * <pre>
 *   polls ─► how far the topics go ─► by partition ─► cut, log, read again, write
 * </pre>
 */
public final class ArchivePipeline {

  private ArchivePipeline() {}

  /** Builds the pipeline; what comes out are the extents of each topic that it has written. */
  public static PCollection<KV<String, Extent>> build(Pipeline pipeline, ArchiveRun run) {
    return pipeline.apply("Read", run.source()).apply("Archive", run.sink());
  }
}
