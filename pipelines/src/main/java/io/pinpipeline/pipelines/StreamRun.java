package io.pinpipeline.pipelines;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.OffsetIntervals;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.run.StreamTable;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.sink.DeltaSink;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.sink.StreamWrites;
import io.pinpipeline.pipelines.source.kafka.Gathering;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.KafkaSource;
import io.pinpipeline.pipelines.source.kafka.TopicReader;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;

/** A stream as it was planned before any work begins: what it reads, and from where on. */
public final class StreamRun implements UnboundedRun {

  /** So much one reader holds while it gathers. */
  private static final long GATHERED_BYTES = 16 << 20;

  private static final String ANOTHER =
      "it was made anew, or is another cluster's. Use another lake, or another topic.";

  /** So much of a partition goes through the pipeline as one element. */
  private static final int BLOCK_BYTES = 2 << 20;

  /**
   * What a user asks for.
   *
   * @param kafka how the cluster is reached
   * @param topicPrefix topics are called {@code <prefix>.<dataset>}
   * @param lake where the tables are
   * @param commitInterval within this time of being read a record is committed
   * @param horizon for how long a key is remembered
   * @param gather for how long a reader gathers records
   * @param maxRecordBytes larger records are dead letters
   * @param fileForm what data files are like
   */
  public record Request(
      KafkaSettings kafka,
      String topicPrefix,
      Lake lake,
      Duration commitInterval,
      Duration horizon,
      Duration gather,
      int maxRecordBytes,
      FileForm fileForm) {}

  private final Request request;
  private final RunId launch;
  private final Map<String, RunId> streams;
  private final SortedMap<TopicPartition, Long> earliest;
  private final SortedMap<TopicPartition, Long> begin;
  private final SortedMap<TopicPartition, Long> latest;

  private StreamRun(
      Request request,
      RunId launch,
      Map<String, RunId> streams,
      SortedMap<TopicPartition, Long> earliest,
      SortedMap<TopicPartition, Long> begin,
      SortedMap<TopicPartition, Long> latest) {
    this.request = request;
    this.launch = launch;
    this.streams = streams;
    this.earliest = earliest;
    this.begin = begin;
    this.latest = latest;
  }

  /**
   * Plans a stream: finds its topics, and where the tables end. Ends what an earlier start of it
   * had begun.
   *
   * @throws IOException if a topic does not exist, or lacks records that the tables do not have
   */
  public static StreamRun plan(Storage storage, Request request, RunId launch) throws IOException {
    SortedMap<TopicPartition, Long> earliest;
    SortedMap<TopicPartition, Long> latest;
    Map<String, String> ids;
    try (Topics topics = Topics.of(request.kafka())) {
      Topics.Described described = topics.describe(datasets(request).keySet());
      ids = described.ids();
      earliest = topics.earliest(described.partitions());
      latest = topics.latest(described.partitions());
    }
    SortedMap<TopicPartition, Long> begin = new TreeMap<>();
    Map<String, RunId> streams = new HashMap<>();
    List<String> faults = new ArrayList<>();
    for (Dataset<?> dataset : Datasets.all()) {
      String topic = topic(request, dataset);
      CleanTable table = CleanTable.open(storage, request.lake(), dataset);
      Map<TopicPartition, OffsetIntervals> covered = table.covered();
      String known = table.topics().get(topic);
      boolean another = known != null && !known.equals(ids.getOrDefault(topic, known));
      if (another) {
        faults.add(
            "The topic "
                + topic
                + " is not the one that the tables hold records of, though it has its name: "
                + ANOTHER);
      }
      earliest.forEach(
          (partition, first) -> {
            if (partition.topic().equals(topic)) {
              OffsetIntervals intervals = covered.get(partition);
              begin.put(partition, intervals == null ? first : intervals.endFrom(first));
              if (intervals != null && !another) {
                long end = latest.getOrDefault(partition, 0L);
                faults.addAll(faults(partition, intervals, first, end));
              }
            }
          });
    }
    if (!faults.isEmpty()) {
      throw new IOException(String.join(" ", faults));
    }
    for (Dataset<?> dataset : Datasets.all()) {
      String topic = topic(request, dataset);
      Map<String, String> its = ids.containsKey(topic) ? Map.of(topic, ids.get(topic)) : Map.of();
      streams.put(dataset.name(), StreamTable.begin(storage, request.lake(), dataset, its));
    }
    StreamRun run = new StreamRun(request, launch, streams, earliest, begin, latest);
    run.settle(storage);
    return run;
  }

  /** Brings the dead letters of what was committed into their table, where they are not yet. */
  private void settle(Storage storage) throws IOException {
    for (Map.Entry<String, RunId> stream : streams.entrySet()) {
      new StreamTable(
              request.lake(),
              stream.getValue(),
              stream.getKey(),
              earliest,
              request.horizon(),
              Clock.systemUTC())
          .settle(storage);
    }
  }

  private static List<String> faults(
      TopicPartition partition, OffsetIntervals covered, long first, long end) {
    long known = covered.end();
    if (known > end) {
      return List.of(
          "The tables hold records of "
              + partition
              + " up to offset "
              + known
              + ", and it ends at "
              + end
              + ": "
              + ANOTHER);
    }
    if (known < first) {
      return List.of(
          "Kafka has deleted records of "
              + partition
              + " that were never read: the tables end at offset "
              + known
              + ", and the topic begins at "
              + first
              + ". If the raw archive has them, build the tables from it with clean and"
              + " --fullRefresh.");
    }
    return List.of();
  }

  private static String topic(Request request, Dataset<?> dataset) {
    return request.topicPrefix() + "." + dataset.name();
  }

  /** The dataset of each topic. */
  private static Map<String, String> datasets(Request request) {
    Map<String, String> datasets = new LinkedHashMap<>();
    Datasets.all().forEach(dataset -> datasets.put(topic(request, dataset), dataset.name()));
    return datasets;
  }

  /** This start of the stream. */
  public RunId launch() {
    return launch;
  }

  /** The offset of each partition at which it begins to read. */
  public SortedMap<TopicPartition, Long> begin() {
    return begin;
  }

  /** The offset of each partition behind the last record that was there when it was planned. */
  public SortedMap<TopicPartition, Long> latest() {
    return latest;
  }

  @Override
  public void build(Pipeline pipeline) {
    CleanPipeline.build(pipeline, this);
  }

  @Override
  public long lag(Storage storage) throws IOException {
    return lag(storage, latest).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public Map<String, Long> lag(Storage storage, Topics topics) throws IOException {
    return lag(storage, topics.latest(topics.describe(datasets(request).keySet()).partitions()));
  }

  @Override
  public SortedMap<TopicPartition, String> unread(Topics topics) throws IOException {
    return topics.beside(begin.keySet(), datasets(request));
  }

  /** The same stream, planned anew: it begins where the tables end by now. */
  public StreamRun again(Storage storage) throws IOException {
    return plan(storage, request, RunId.beginning(Instant.now()));
  }

  @Override
  public Duration commitInterval() {
    return request.commitInterval();
  }

  @Override
  public KafkaSettings kafka() {
    return request.kafka();
  }

  private Map<String, Long> lag(Storage storage, SortedMap<TopicPartition, Long> ends)
      throws IOException {
    Map<String, Long> lag = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      Map<TopicPartition, OffsetIntervals> covered =
          CleanTable.open(storage, request.lake(), dataset).covered();
      long behind = 0;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        if (end.getKey().topic().equals(topic(request, dataset))) {
          OffsetIntervals intervals = covered.get(end.getKey());
          long begun = earliest.getOrDefault(end.getKey(), 0L);
          long at = intervals == null ? begun : intervals.endFrom(begun);
          behind += Math.max(0, end.getValue() - at);
        }
      }
      lag.put(dataset.name(), behind);
    }
    return lag;
  }

  @Override
  public void end(Storage storage) throws IOException {
    KafkaSource.end(launch);
    settle(storage);
  }

  KafkaSource source() {
    return KafkaSource.of(launch, request.kafka(), begin, datasets(request), gathering());
  }

  DeltaSink sink() {
    return DeltaSink.to(
        new StreamWrites(
            request.lake(),
            launch,
            streams,
            earliest,
            new TopicReader(request.kafka(), gathering()),
            request.horizon(),
            request.commitInterval(),
            request.fileForm()));
  }

  private Gathering gathering() {
    return new Gathering(request.gather(), GATHERED_BYTES, BLOCK_BYTES, request.maxRecordBytes());
  }
}
