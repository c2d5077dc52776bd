package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.archive.Archived;
import io.pinpipeline.lake.archive.Extent;
import io.pinpipeline.lake.archive.ExtentContent;
import io.pinpipeline.lake.archive.PartitionArchive;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.pipelines.sink.ArchiveSink.Arrival;
import io.pinpipeline.pipelines.source.kafka.RangeRecords;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.SerializableCoder;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Archives a partition from where its log ends to where it is known to go: cuts it into extents,
 * has the log decide on each, and writes their objects.
 *
 * <p>The state is only when to do that. An engine may lose it, or go back to an older one: the log
 * says what has been done.
 */
final class ArchiveFn extends DoFn<KV<KV<String, Integer>, Iterable<Arrival>>, KV<String, Extent>> {

  /** An engine waits for a bundle, so one is not to take as long as a topic. */
  private static final Duration LONGEST_WORK = Duration.ofSeconds(5);

  private static final String PENDING = "pending";
  private static final String LOOK_AGAIN = "lookAgain";

  private final ArchiveWrites writes;
  private final WorkerStorage storage = new WorkerStorage();

  @StateId(PENDING)
  private final StateSpec<ValueState<Pending>> pendingSpec =
      StateSpecs.value(SerializableCoder.of(Pending.class));

  @TimerId(LOOK_AGAIN)
  private final TimerSpec lookAgainSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  /**
   * What is to be archived.
   *
   * @param archived what has been
   * @param to the offset behind the last record that is known to have come
   * @param records how many have come since, as far as is known
   * @param bytes of their values
   * @param since when the first of them came, in milliseconds since the epoch
   */
  record Pending(Archived archived, long to, long records, long bytes, long since)
      implements Serializable {

    static Pending nothing(Archived archived) {
      return new Pending(archived, archived.to(), 0, 0, Long.MAX_VALUE);
    }

    boolean isAny() {
      return to > archived.to();
    }

    Pending plus(Arrival arrival, long now) {
      return arrival.to() <= to
          ? this
          : new Pending(
              archived,
              arrival.to(),
              records + arrival.records(),
              bytes + arrival.bytes(),
              Math.min(since, now));
    }

    Pending minus(Extent extent) {
      Archived by = extent.archived().minus(archived);
      Pending left =
          new Pending(
              extent.archived(),
              to,
              Math.max(0, records - by.records()),
              Math.max(0, bytes - by.bytes()),
              since);
      return left.isAny() ? left : nothing(extent.archived());
    }

    /** What is left was counted. */
    Pending counted(ExtentContent content) {
      return new Pending(archived, to, content.records(), content.bytes(), since);
    }
  }

  ArchiveFn(ArchiveWrites writes) {
    this.writes = writes;
  }

  @ProcessElement
  public void process(
      @Element KV<KV<String, Integer>, Iterable<Arrival>> arrived,
      @StateId(PENDING) ValueState<Pending> state,
      @TimerId(LOOK_AGAIN) Timer lookAgain,
      PipelineOptions options,
      OutputReceiver<KV<String, Extent>> out)
      throws IOException {
    archive(arrived.getKey(), arrived.getValue(), state, lookAgain, options, out);
  }

  @OnTimer(LOOK_AGAIN)
  public void lookAgain(
      @Key KV<String, Integer> partition,
      @StateId(PENDING) ValueState<Pending> state,
      @TimerId(LOOK_AGAIN) Timer lookAgain,
      PipelineOptions options,
      OutputReceiver<KV<String, Extent>> out)
      throws IOException {
    archive(partition, List.of(), state, lookAgain, options, out);
  }

  private void archive(
      KV<String, Integer> key,
      Iterable<Arrival> arrivals,
      ValueState<Pending> state,
      Timer lookAgain,
      PipelineOptions options,
      OutputReceiver<KV<String, Extent>> out)
      throws IOException {
    TopicPartition partition = new TopicPartition(key.getKey(), key.getValue());
    Pending before = state.read();
    Pending pending = before == null ? Pending.nothing(writes.begin(partition)) : before;
    long now = System.currentTimeMillis();
    for (Arrival arrival : arrivals) {
      pending = pending.plus(arrival, now);
    }
    if (!pending.isAny()) {
      state.write(pending);
      return;
    }
    Work work = new Work(partition, storage.get(options), out);
    pending = work.on(pending);
    state.write(pending);
    if (pending.isAny()) {
      long due = pending.since() + writes.rolls().interval().toMillis();
      long left = isRipe(partition, pending) ? 1 : due - System.currentTimeMillis();
      lookAgain.offset(org.joda.time.Duration.millis(Math.max(1, left))).setRelative();
    }
  }

  /** Whether an object is to end, by what is known of its records. */
  private boolean isRipe(TopicPartition partition, Pending pending) {
    return pending.records() >= writes.rolls().records()
        || pending.bytes() >= writes.rolls().bytes()
        || isDue(partition, pending);
  }

  /** Whether an object is to end, however small it is. */
  private boolean isDue(TopicPartition partition, Pending pending) {
    Long awaited = writes.awaited().get(partition);
    return System.currentTimeMillis() - pending.since() >= writes.rolls().interval().toMillis()
        || (awaited != null && pending.archived().to() < awaited && awaited <= pending.to());
  }

  /** Some time's work on a partition. */
  private final class Work {

    private final TopicPartition partition;
    private final PartitionArchive archive;
    private final Storage files;
    private final OutputReceiver<KV<String, Extent>> out;
    private final long begun = System.nanoTime();

    Work(TopicPartition partition, Storage files, OutputReceiver<KV<String, Extent>> out) {
      this.partition = partition;
      this.archive = new PartitionArchive(writes.output(), partition);
      this.files = files;
      this.out = out;
    }

    private boolean isLongEnough() {
      return System.nanoTime() - begun > LONGEST_WORK.toNanos();
    }

    Pending on(Pending pending) throws IOException {
      Pending left = pending;
      while (left.isAny() && isRipe(partition, left) && !isLongEnough()) {
        Optional<Extent> known = archive.at(files, left.archived().to());
        if (known.isPresent()) {
          // decided before this began, or by someone else, who may have been killed then
          archive.complete(files, known.get(), ArchiveSink.source(writes.kafka()));
          left = left.minus(known.get());
        } else {
          left = read(left);
        }
      }
      return left;
    }

    /** Reads on, and archives what ends an object, until nothing does or someone else has. */
    private Pending read(Pending pending) throws IOException {
      Pending left = pending;
      TopicRange range =
          new TopicRange(partition.topic(), partition.partition(), left.archived().to(), left.to());
      try (RangeRecords records = new RangeRecords(writes.kafka(), range)) {
        ExtentContent content = new ExtentContent(writes.rolls().gzip());
        for (ConsumerRecord<byte[], byte[]> record = records.next();
            record != null;
            record = records.next()) {
          content.add(record.offset(), record.value());
          if (content.records() >= writes.rolls().records()
              || content.bytes() >= writes.rolls().bytes()) {
            Extent extent = content.extent(left.archived(), record.offset() + 1);
            if (!wrote(extent, content, left)) {
              return left;
            }
            left = left.minus(extent);
            content = new ExtentContent(writes.rolls().gzip());
            if (isLongEnough()) {
              return left;
            }
          }
        }
        if (!left.isAny()) {
          return left;
        }
        if (!isDue(partition, left)) {
          return left.counted(content);
        }
        Extent extent = content.extent(left.archived(), left.to());
        return wrote(extent, content, left) ? left.minus(extent) : left;
      }
    }

    /** Whether the log has decided for this extent, which is written then. */
    private boolean wrote(Extent extent, ExtentContent content, Pending pending)
        throws IOException {
      if (!archive.decide(files, extent)) {
        return false;
      }
      archive.write(files, extent, content);
      Archived more = extent.archived().minus(pending.archived());
      count("archived", more.records());
      count("archivedBytes", more.bytes());
      count("objects", more.objects());
      Metrics.distribution(DeltaSink.METRICS, metric("readToArchivedMillis"))
          .update(Math.max(0, System.currentTimeMillis() - pending.since()));
      out.output(KV.of(partition.topic(), extent));
      return true;
    }

    private void count(String name, long by) {
      Metrics.counter(DeltaSink.METRICS, metric(name)).inc(by);
    }

    private String metric(String name) {
      return writes.dataset(partition.topic()) + "." + name;
    }
  }

  @Teardown
  public void close() throws IOException {
    storage.close();
  }
}
