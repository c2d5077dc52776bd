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
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Counter;
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
  private final Counter commits = Metrics.counter(DeltaSink.METRICS, "commits");
  private final Counter rewritten = Metrics.counter(DeltaSink.METRICS, "rangesRewritten");
  private final Counter dropped = Metrics.counter(DeltaSink.METRICS, "rangesDropped");
  private final Distribution commitMillis = Metrics.distribution(DeltaSink.METRICS, "commitMillis");
  private final Distribution latencyMillis =
      Metrics.distribution(DeltaSink.METRICS, "readToCommittedMillis");

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
    Duration hole;
    long begun = System.nanoTime();
    synchronized (table) {
      result =
          table
              .table()
              .commit(files, offered, (range, arrivals) -> again(files, dataset, range, arrivals));
      hole = table.holeOpen(!result.leftOver().isEmpty() && result.version().isEmpty());
    }
    if (result.version().isPresent()) {
      commits.inc();
      commitMillis.update(Duration.ofNanos(System.nanoTime() - begun).toMillis());
      result
          .oldestReadAtMillis()
          .ifPresent(readAt -> latencyMillis.update(System.currentTimeMillis() - readAt));
      out.output(KV.of(dataset, result.books()));
    }
    rewritten.inc(result.rewritten());
    dropped.inc(result.dropped());
    if (result.leftOver().isEmpty()) {
      leftOver.clear();
    } else {
      if (hole.compareTo(LONGEST_HOLE) > 0) {
        throw lost(result.leftOver());
      }
      leftOver.write(result.leftOver());
    }
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

  private static IOException lost(List<WrittenRange> waiting) {
    WrittenRange first =
        waiting.stream().min(Comparator.comparingLong(range -> range.range().from())).orElseThrow();
    return new IOException(
        "The records before "
            + first.range()
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
