package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.StreamTable;
import io.pinpipeline.lake.run.WrittenRange;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.WorkerStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Commits ranges of a stream to the table of their dataset. What lies behind a hole waits for what
 * fills it; a hole that stays is a fault of the reader below, and ends the job.
 */
final class CommitRangesFn extends DoFn<KV<String, Iterable<WrittenRange>>, KV<String, Books>> {

  /** Ranges pass each other on their way by seconds, not by minutes. */
  private static final Duration LONGEST_HOLE = Duration.ofMinutes(2);

  private static final String LEFT_OVER = "leftOver";

  private final StreamWrites writes;
  private final WorkerStorage storage = new WorkerStorage();

  @StateId(LEFT_OVER)
  private final StateSpec<ValueState<List<WrittenRange>>> leftOverSpec =
      StateSpecs.value(ListCoder.of(SerializableCoder.of(WrittenRange.class)));

  CommitRangesFn(StreamWrites writes) {
    this.writes = writes;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<WrittenRange>> written,
      @StateId(LEFT_OVER) ValueState<List<WrittenRange>> leftOver,
      PipelineOptions options,
      OutputReceiver<KV<String, Books>> out)
      throws IOException {
    String dataset = written.getKey();
    List<WrittenRange> offered = new ArrayList<>();
    List<WrittenRange> earlier = leftOver.read();
    if (earlier != null) {
      offered.addAll(earlier);
    }
    written.getValue().forEach(offered::add);
    Storage files = storage.get(options);
    StreamTables.Opened table = StreamTables.of(writes, dataset);
    StreamTable.Result result;
    Optional<TopicRange> hole;
    long begun = System.nanoTime();
    synchronized (table) {
      result =
          table
              .table()
              .commit(files, offered, (range, arrivals) -> again(files, dataset, range, arrivals));
      hole = table.holes().openFor(LONGEST_HOLE, result.leftOver());
    }
    if (result.version().isPresent()) {
      Metrics.counter(DeltaSink.METRICS, dataset + ".commits").inc();
      distribution(dataset, "commitMillis")
          .update(Duration.ofNanos(System.nanoTime() - begun).toMillis());
      result
          .oldestReadAtMillis()
          .ifPresent(
              readAt ->
                  distribution(dataset, "readToCommittedMillis")
                      .update(System.currentTimeMillis() - readAt));
      out.output(KV.of(dataset, result.books()));
    }
    Metrics.counter(DeltaSink.METRICS, dataset + ".rangesRewritten").inc(result.rewritten());
    Metrics.counter(DeltaSink.METRICS, dataset + ".rangesDropped").inc(result.dropped());
    if (hole.isPresent()) {
      throw lost(hole.get());
    }
    if (result.leftOver().isEmpty()) {
      leftOver.clear();
    } else {
      leftOver.write(result.leftOver());
    }
  }

  private static Distribution distribution(String dataset, String name) {
    return Metrics.distribution(DeltaSink.METRICS, dataset + "." + name);
  }

  private WrittenRange again(Storage files, String dataset, TopicRange range, Arrivals arrivals)
      throws IOException {
    RawBatch raw = writes.again().read(dataset, range);
    try (RangeFiles written =
        new RangeFiles(files, writes, dataset, range, arrivals, System.currentTimeMillis())) {
      written.append(new CleanBatch(raw), Datasets.named(dataset).cleaner(Clock.systemUTC()));
      return written.finish();
    }
  }

  private static IOException lost(TopicRange waiting) {
    return new IOException(
        "The records before "
            + waiting
            + " have not come for "
            + LONGEST_HOLE.toMinutes()
            + " minutes, though those behind have: the engine has lost them. They are not"
            + " committed, and nothing behind them. Start the stream again; it reads them from"
            + " where the table ends.");
  }

  @Teardown
  public void close() throws IOException {
    storage.close();
  }
}
