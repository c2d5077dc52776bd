package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.lake.parquet.RowGroupPool;
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
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Commits ranges of a stream to the table of their dataset. What lies behind a hole waits for what
 * fills it; a hole that stays is a fault of the reader below, and ends the job.
 */
final class CommitRangesFn extends DoFn<KV<String, Iterable<WrittenRange>>, KV<String, Books>> {

  /** Ranges pass each other on their way by seconds, and by some commits. */
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(30);

  private static final int COMMITS_OF_PATIENCE = 5;

  private static final String LEFT_OVER = "leftOver";
  private static final String LOOK_AGAIN = "lookAgain";

  private final StreamWrites writes;
  private final WorkerStorage storage = new WorkerStorage();

  @StateId(LEFT_OVER)
  private final StateSpec<ValueState<List<WrittenRange>>> leftOverSpec =
      StateSpecs.value(ListCoder.of(SerializableCoder.of(WrittenRange.class)));

  /** A hole is looked at when something comes, and when nothing comes any more. */
  @TimerId(LOOK_AGAIN)
  private final TimerSpec lookAgainSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  CommitRangesFn(StreamWrites writes) {
    this.writes = writes;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<WrittenRange>> written,
      @StateId(LEFT_OVER) ValueState<List<WrittenRange>> leftOver,
      @TimerId(LOOK_AGAIN) Timer lookAgain,
      PipelineOptions options,
      OutputReceiver<KV<String, Books>> out)
      throws IOException {
    commit(written.getKey(), written.getValue(), leftOver, lookAgain, options, out);
  }

  @OnTimer(LOOK_AGAIN)
  public void lookAgain(
      @Key String dataset,
      @StateId(LEFT_OVER) ValueState<List<WrittenRange>> leftOver,
      @TimerId(LOOK_AGAIN) Timer lookAgain,
      PipelineOptions options,
      OutputReceiver<KV<String, Books>> out)
      throws IOException {
    commit(dataset, List.of(), leftOver, lookAgain, options, out);
  }

  private void commit(
      String dataset,
      Iterable<WrittenRange> written,
      ValueState<List<WrittenRange>> leftOver,
      Timer lookAgain,
      PipelineOptions options,
      OutputReceiver<KV<String, Books>> out)
      throws IOException {
    List<WrittenRange> offered = new ArrayList<>();
    List<WrittenRange> earlier = leftOver.read();
    if (earlier != null) {
      offered.addAll(earlier);
    }
    written.forEach(offered::add);
    if (offered.isEmpty()) {
      return;
    }
    Storage files = storage.get(options);
    StreamTables.Opened table = StreamTables.of(writes, dataset);
    StreamTable.Result result;
    Duration patience = patience();
    Optional<TopicRange> hole;
    long begun = System.nanoTime();
    synchronized (table) {
      result =
          table
              .table()
              .commit(files, offered, (range, arrivals) -> again(files, dataset, range, arrivals));
      hole = table.holes().openFor(patience, result.leftOver());
      if (hole.isPresent()) {
        table.holes().openFor(patience, List.of()); // who tries again has as long again
      }
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
      throw lost(hole.get(), patience);
    }
    if (result.leftOver().isEmpty()) {
      leftOver.clear();
    } else {
      leftOver.write(result.leftOver());
      lookAgain.offset(org.joda.time.Duration.millis(patience.toMillis())).setRelative();
    }
  }

  private static Distribution distribution(String dataset, String name) {
    return Metrics.distribution(DeltaSink.METRICS, dataset + "." + name);
  }

  private WrittenRange again(Storage files, String dataset, TopicRange range, Arrivals arrivals)
      throws IOException {
    RawBatch raw = writes.again().read(dataset, range);
    Cleaner cleaner = Datasets.named(dataset).cleaner(Clock.systemUTC());
    try (RowGroupPool rowGroups = new RowGroupPool();
        RangeFiles written =
            new RangeFiles(
                files, writes, dataset, range, arrivals, System.currentTimeMillis(), rowGroups);
        CleanBatch.Reader blocks = new CleanBatch(raw).open(cleaner, written.arrivals())) {
      written.append(range, blocks);
      return written.finish();
    }
  }

  private Duration patience() {
    Duration commits = writes.commitInterval().multipliedBy(COMMITS_OF_PATIENCE);
    return commits.compareTo(LEAST_PATIENCE) > 0 ? commits : LEAST_PATIENCE;
  }

  private static IOException lost(TopicRange waiting, Duration patience) {
    return new IOException(
        "The records before "
            + waiting
            + " have not come for "
            + patience.toSeconds()
            + " s, though those behind have: the engine has lost them. They are not"
            + " committed, and nothing behind them. Start the stream again; it reads them from"
            + " where the table ends.");
  }

  @Teardown
  public void close() throws IOException {
    storage.close();
  }
}
