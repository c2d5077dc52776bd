package io.pinpipeline.pipelines;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.OffsetIntervals;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.RangeSource;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.KafkaSource;
import io.pinpipeline.pipelines.source.kafka.TopicReader;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** The topics of a stream. */
final class KafkaInput implements StreamInput {

  private final StreamRun.Request request;
  private final KafkaSettings kafka;
  private final Map<String, String> ids;
  private final SortedMap<TopicPartition, Long> earliest;
  private final SortedMap<TopicPartition, Long> begin = new TreeMap<>();
  private final SortedMap<TopicPartition, Long> latest;

  private KafkaInput(
      StreamRun.Request request,
      KafkaSettings kafka,
      Map<String, String> ids,
      SortedMap<TopicPartition, Long> earliest,
      SortedMap<TopicPartition, Long> latest) {
    this.request = request;
    this.kafka = kafka;
    this.ids = ids;
    this.earliest = earliest;
    this.latest = latest;
  }

  /**
   * Finds the topics, and where the tables end.
   *
   * @throws IOException if a topic does not exist, or lacks records that the tables do not have
   */
  static KafkaInput find(Storage storage, StreamRun.Request request, KafkaSettings kafka)
      throws IOException {
    KafkaInput input;
    try (Topics topics = Topics.of(kafka)) {
      Topics.Described found = topics.describe(request.datasets().keySet());
      input =
          new KafkaInput(
              request,
              kafka,
              found.ids(),
              topics.earliest(found.partitions()),
              topics.latest(found.partitions()));
    }
    input.findEnds(storage);
    return input;
  }

  private void findEnds(Storage storage) throws IOException {
    List<String> faults = new ArrayList<>();
    for (Dataset<?> dataset : Datasets.all()) {
      String topic = request.topic(dataset);
      CleanTable table = CleanTable.open(storage, request.lake(), dataset);
      Map<TopicPartition, OffsetIntervals> covered = table.covered();
      String known = table.topics().get(topic);
      boolean another = known != null && !known.equals(ids.getOrDefault(topic, known));
      if (another) {
        faults.add(StreamRun.another("topic", topic));
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
              + StreamRun.ANOTHER);
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

  @Override
  public String name() {
    return "Kafka";
  }

  @Override
  public Map<String, String> ids() {
    return ids;
  }

  @Override
  public SortedMap<TopicPartition, Long> earliest() {
    return earliest;
  }

  @Override
  public SortedMap<TopicPartition, Long> begin() {
    return begin;
  }

  /** The offset of each partition behind the last record that was there when it was planned. */
  SortedMap<TopicPartition, Long> latest() {
    return latest;
  }

  @Override
  public PTransform<PBegin, PCollection<RawBatch>> source(
      RunId launch, Map<String, String> datasets, Gathering gathering) {
    return KafkaSource.of(
        launch,
        kafka,
        begin,
        request.untilCaughtUp() ? latest : Map.of(),
        request.engine().endsByWatermark(),
        datasets,
        gathering);
  }

  @Override
  public RangeSource again(Gathering gathering) {
    return new TopicReader(kafka, gathering);
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
  public UnboundedRun.Meter meter(Storage storage) throws IOException {
    return new TopicMeter(
        Topics.of(kafka), request.datasets(), begin.keySet(), ends -> lag(storage, ends));
  }

  private Map<String, Long> lag(Storage storage, SortedMap<TopicPartition, Long> ends)
      throws IOException {
    Map<String, Long> lag = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      Map<TopicPartition, OffsetIntervals> covered =
          CleanTable.open(storage, request.lake(), dataset).covered();
      long behind = 0;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        if (end.getKey().topic().equals(request.topic(dataset))) {
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
  public void end(RunId launch) {
    KafkaSource.end(launch);
  }
}
