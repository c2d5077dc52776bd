package io.pinpipeline.pipelines;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.archive.Archived;
import io.pinpipeline.lake.archive.Extent;
import io.pinpipeline.lake.archive.PartitionArchive;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.sink.ArchiveSink;
import io.pinpipeline.pipelines.sink.ArchiveWrites;
import io.pinpipeline.pipelines.sink.Rolls;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.KafkaSource;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;

/** A run of the archive as it was planned: what it reads, and from where on. */
public final class ArchiveRun implements UnboundedRun {

  /** Of a record that is larger only the length is looked at while it passes by. */
  private static final int LARGEST_LOOKED_AT = 1 << 20;

  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  /**
   * What a user asks for.
   *
   * @param kafka how the cluster is reached
   * @param topicPrefix topics are called {@code <prefix>.<dataset>}
   * @param output where {@code topics/} is
   * @param rolls when an object ends, and what it is like
   * @param engine how the engine runs it
   * @param untilCaughtUp whether the records that are there now are all to be archived at once
   */
  public record Request(
      KafkaSettings kafka,
      String topicPrefix,
      Location output,
      Rolls rolls,
      StreamDefaults engine,
      boolean untilCaughtUp) {

    String topic(Dataset<?> dataset) {
      return topicPrefix + "." + dataset.name();
    }

    /** The dataset of each topic. */
    private Map<String, String> datasets() {
      Map<String, String> datasets = new LinkedHashMap<>();
      Datasets.all().forEach(dataset -> datasets.put(topic(dataset), dataset.name()));
      return datasets;
    }
  }

  private final Request request;
  private final RunId launch;
  private final SortedMap<TopicPartition, Archived> begin;
  private final SortedMap<TopicPartition, Long> latest;

  /** What the archive held before that of which the books tell. */
  private final SortedMap<TopicPartition, Archived> counted;

  /** What the archive is known to hold by now, and the last extents of this run. */
  private final SortedMap<TopicPartition, Archived> archived;

  private final Map<TopicPartition, Extent> last = new HashMap<>();

  private ArchiveRun(
      Request request,
      RunId launch,
      SortedMap<TopicPartition, Archived> begin,
      SortedMap<TopicPartition, Long> latest) {
    this.request = request;
    this.launch = launch;
    this.begin = begin;
    this.latest = latest;
    this.counted = new TreeMap<>(begin);
    this.archived = new TreeMap<>(begin);
  }

  /**
   * Plans a run: finds the topics, and where the archive ends. Ends what an earlier run had begun
   * to write.
   *
   * @throws IOException if a topic does not exist, is not the one that was archived, or lacks
   *     records that the archive does not have
   */
  public static ArchiveRun plan(Storage storage, Request request, RunId launch) throws IOException {
    SortedMap<TopicPartition, Long> earliest;
    SortedMap<TopicPartition, Long> latest;
    Map<String, String> ids;
    try (Topics topics = Topics.of(request.kafka())) {
      Topics.Described described = topics.describe(request.datasets().keySet());
      ids = described.ids();
      earliest = topics.earliest(described.partitions());
      latest = topics.latest(described.partitions());
    }
    SortedMap<TopicPartition, Archived> begin = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    for (Map.Entry<TopicPartition, Long> first : earliest.entrySet()) {
      TopicPartition partition = first.getKey();
      Archived archived =
          archive(request, partition)
              .open(
                  storage,
                  first.getValue(),
                  Optional.ofNullable(ids.get(partition.topic())),
                  ArchiveSink.source(request.kafka()));
      begin.put(partition, archived);
      faults.addAll(
          faults(
              request,
              partition,
              archived.to(),
              first.getValue(),
              latest.getOrDefault(partition, 0L)));
    }
    if (!faults.isEmpty()) {
      throw new IOException(String.join(" ", faults));
    }
    return new ArchiveRun(request, launch, begin, latest);
  }

  private static List<String> faults(
      Request request, TopicPartition partition, long archived, long first, long end) {
    if (archived > end) {
      return List.of(
          "The archive in "
              + request.output()
              + " holds records of "
              + partition
              + " up to offset "
              + archived
              + ", and it ends at "
              + end
              + ": the topic was made anew, or it is another cluster's. Use another --output, or"
              + " another topic.");
    }
    if (archived < first) {
      return List.of(
          "Kafka has deleted records of "
              + partition
              + " that were never archived: the archive in "
              + request.output()
              + " ends at offset "
              + archived
              + ", and the topic begins at "
              + first
              + ". Archive what is left to another --output, and raise the retention of the topic;"
              + " clean reads both.");
    }
    return List.of();
  }

  private static PartitionArchive archive(Request request, TopicPartition partition) {
    return new PartitionArchive(request.output(), partition);
  }

  /** This start of the archive. */
  public RunId launch() {
    return launch;
  }

  /** Where the archive is. */
  public Location output() {
    return request.output();
  }

  /** How many partitions it reads. */
  public int partitions() {
    return begin.size();
  }

  @Override
  public void build(Pipeline pipeline) {
    ArchivePipeline.build(pipeline, this);
  }

  /** What was there is archived as soon as all of it is known to be there, small or not. */
  @Override
  public Duration commitInterval() {
    Duration interval = request.rolls().interval();
    return interval.compareTo(AT_ONCE) < 0 ? interval : AT_ONCE;
  }

  @Override
  public String from() {
    return "Kafka";
  }

  @Override
  public long lag(Storage storage) throws IOException {
    return lag(storage, latest).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String tell(long lag) {
    return String.format(Locale.ROOT, "%,d records", lag);
  }

  @Override
  public Meter meter(Storage storage) throws IOException {
    return new TopicMeter(
        Topics.of(request.kafka()), request.datasets(), begin.keySet(), ends -> lag(storage, ends));
  }

  /** The same archive, planned anew: it begins where its log ends by now. The books go on. */
  public ArchiveRun again(Storage storage) throws IOException {
    ArchiveRun again = plan(storage, request, RunId.beginning(Instant.now()));
    again.counted.putAll(counted);
    return again;
  }

  private synchronized Map<String, Long> lag(Storage storage, SortedMap<TopicPartition, Long> ends)
      throws IOException {
    Map<String, String> datasets = request.datasets();
    Map<String, Long> lag = new LinkedHashMap<>();
    Datasets.all().forEach(dataset -> lag.put(dataset.name(), 0L));
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      TopicPartition partition = end.getKey();
      if (archivedTo(partition) < end.getValue()) {
        look(storage, partition);
      }
      lag.merge(
          datasets.getOrDefault(partition.topic(), ""),
          Math.max(0, end.getValue() - archivedTo(partition)),
          Long::sum);
    }
    return lag;
  }

  private long archivedTo(TopicPartition partition) {
    return archived.getOrDefault(partition, Archived.nothing(0)).to();
  }

  /** Looks how far a partition is archived by now. */
  private void look(Storage storage, TopicPartition partition) throws IOException {
    Optional<Extent> newest = archive(request, partition).lastFrom(storage, archivedTo(partition));
    newest.ifPresent(
        extent -> {
          archived.put(partition, extent.archived());
          last.put(partition, extent);
        });
  }

  /** Of each topic what has been archived since the run was first planned. */
  public synchronized Map<String, Archived> books(Storage storage) throws IOException {
    Map<String, Archived> books = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      books.put(request.topic(dataset), Archived.nothing(0));
    }
    for (Map.Entry<TopicPartition, Archived> begun : counted.entrySet()) {
      TopicPartition partition = begun.getKey();
      look(storage, partition);
      Archived since = archived.getOrDefault(partition, begun.getValue()).minus(begun.getValue());
      books.computeIfPresent(partition.topic(), (topic, sum) -> sum.plus(since));
    }
    return books;
  }

  @Override
  public synchronized void end(Storage storage) throws IOException {
    KafkaSource.end(launch);
    for (TopicPartition partition : begin.keySet()) {
      look(storage, partition);
      Extent extent = last.get(partition);
      if (extent != null) {
        archive(request, partition).complete(storage, extent, ArchiveSink.source(request.kafka()));
      }
    }
  }

  KafkaSource source() {
    SortedMap<TopicPartition, Long> from = new TreeMap<>();
    begin.forEach((partition, at) -> from.put(partition, at.to()));
    return KafkaSource.of(
        launch,
        request.kafka(),
        from,
        ends(),
        request.engine().endsByWatermark(),
        request.datasets(),
        Gathering.of(request.engine().gather(), request.engine().gatherBytes(), LARGEST_LOOKED_AT));
  }

  /** Where it is to end, if it is to. */
  private SortedMap<TopicPartition, Long> ends() {
    return request.untilCaughtUp() ? latest : new TreeMap<>();
  }

  ArchiveSink sink() {
    return ArchiveSink.to(
        new ArchiveWrites(
            request.output(), request.kafka(), request.datasets(), begin, ends(), request.rolls()));
  }
}
