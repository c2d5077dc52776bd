package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.lake.parquet.RowGroupPool;
import io.pinpipeline.lake.run.WrittenRange;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.CleanBatchFn;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes the batches of a stream to files, one range a partition and bundle: what an engine commits
 * as one becomes few files, and nothing is held that the engine does not know of.
 */
final class WriteRangesFn extends CleanBatchFn<KV<String, WrittenRange>> {

  private final StreamWrites writes;
  private final SinkCounters counters = new SinkCounters();
  private final WorkerStorage storage = new WorkerStorage();
  private transient @Nullable State state;

  /** What an instance keeps of a bundle. */
  private static final class State {
    final Map<TopicPartition, RangeFiles> ranges = new LinkedHashMap<>();

    /** Of one bundle's files after those of the other. */
    final RowGroupPool rowGroups = new RowGroupPool();

    Instant latest = GlobalWindow.INSTANCE.maxTimestamp();
  }

  WriteRangesFn(StreamWrites writes) {
    this.writes = writes;
  }

  @Setup
  public void begin() {
    state = new State();
  }

  @StartBundle
  public void beginBundle() throws IOException {
    abandon(); // what a bundle that failed has left
  }

  @ProcessElement
  public void process(
      @Element CleanBatch batch,
      @Timestamp Instant timestamp,
      PipelineOptions options,
      OutputReceiver<KV<String, WrittenRange>> out)
      throws IOException {
    State now = Objects.requireNonNull(state);
    KnownKeys known = KnownKeys.of(writes);
    String dataset = batch.dataset();
    TopicRange range = Objects.requireNonNull(batch.raw().range(), "a batch of a stream");
    now.latest = timestamp;
    RangeFiles files = now.ranges.get(range.topicPartition());
    if (files != null && files.to() != range.from()) {
      now.ranges.remove(range.topicPartition());
      out.output(KV.of(dataset, finish(dataset, files)));
      files = null;
    }
    if (files == null) {
      files =
          new RangeFiles(
              storage.get(options),
              writes,
              dataset,
              range,
              known.arrivals(range.topicPartition()),
              System.currentTimeMillis(),
              now.rowGroups);
      now.ranges.put(range.topicPartition(), files);
    }
    try (KnownKeys.Turn turn = known.turn(range);
        CleanBatch.Reader blocks = open(batch, files.arrivals())) {
      files.append(range, blocks);
      turn.arrived();
    }
  }

  private WrittenRange finish(String dataset, RangeFiles files) throws IOException {
    try (files) {
      WrittenRange written = files.finish();
      counters.count(dataset, files.files());
      return written;
    }
  }

  @FinishBundle
  public void endBundle(FinishBundleContext context) throws IOException {
    State now = Objects.requireNonNull(state);
    Iterator<RangeFiles> left = now.ranges.values().iterator();
    while (left.hasNext()) {
      RangeFiles files = left.next();
      left.remove();
      String dataset = files.dataset();
      context.output(KV.of(dataset, finish(dataset, files)), now.latest, GlobalWindow.INSTANCE);
    }
  }

  private void abandon() throws IOException {
    if (state != null) {
      for (RangeFiles files : state.ranges.values()) {
        files.close();
      }
      state.ranges.clear();
    }
  }

  @Teardown
  public void close() throws IOException {
    try (storage) {
      abandon();
      if (state != null) {
        state.rowGroups.close();
      }
    }
  }
}
