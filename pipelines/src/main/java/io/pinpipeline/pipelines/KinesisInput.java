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
import io.pinpipeline.pipelines.source.kinesis.KinesisSettings;
import io.pinpipeline.pipelines.source.kinesis.KinesisSource;
import io.pinpipeline.pipelines.source.kinesis.KinesisStreams;
import io.pinpipeline.pipelines.source.kinesis.ShardReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * The streams of Kinesis that a stream reads. How far the tables are behind is told in time, for
 * nobody knows how many records there are between two sequence numbers.
 */
final class KinesisInput implements StreamInput {

  /** What was found behind a place in a shard. */
  private record Looked(String mark, Optional<Instant> first) {}

  private final StreamRun.Request request;
  private final KinesisSettings kinesis;
  private final KinesisStreams.Found found;
  private final KinesisStreams.FoundShards shards;
  private SortedMap<TopicPartition, Long> begin = new TreeMap<>();
  private SortedMap<TopicPartition, String> marks = new TreeMap<>();

  private KinesisInput(
      StreamRun.Request request,
      KinesisSettings kinesis,
      KinesisStreams.Found found,
      KinesisStreams.FoundShards shards) {
    this.request = request;
    this.kinesis = kinesis;
    this.found = found;
    this.shards = shards;
  }

  /**
   * Finds the streams.
   *
   * @throws IOException if one does not exist, or is another than the tables know
   */
  static KinesisInput find(Storage storage, StreamRun.Request request, KinesisSettings kinesis)
      throws IOException {
    try (KinesisStreams streams = KinesisStreams.of(kinesis)) {
      KinesisStreams.Found found = streams.find(request.datasets().keySet());
      List<String> faults = new ArrayList<>();
      for (Dataset<?> dataset : Datasets.all()) {
        String stream = request.topic(dataset);
        String known = CleanTable.open(storage, request.lake(), dataset).topics().get(stream);
        if (known != null && !known.equals(found.ids().get(stream))) {
          faults.add(StreamRun.another("stream", stream));
        }
      }
      if (!faults.isEmpty()) {
        throw new IOException(String.join(" ", faults));
      }
      return new KinesisInput(request, kinesis, found, streams.shards(request.datasets().keySet()));
    }
  }

  @Override
  public String name() {
    return "Kinesis";
  }

  @Override
  public Map<String, String> ids() {
    return found.ids();
  }

  @Override
  public Map<TopicPartition, String> firstMarks() {
    return shards.oldest();
  }

  @Override
  public void begun(Storage storage) throws IOException {
    SortedMap<TopicPartition, Long> from = new TreeMap<>();
    SortedMap<TopicPartition, String> at = new TreeMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      CleanTable table = CleanTable.open(storage, request.lake(), dataset);
      Map<TopicPartition, OffsetIntervals> covered = table.covered();
      table
          .marks()
          .forEach(
              (shard, mark) -> {
                if (shards.oldest().containsKey(shard)) {
                  OffsetIntervals intervals = covered.get(shard);
                  from.put(shard, intervals == null ? 0 : intervals.endFrom(0));
                  at.put(shard, mark);
                }
              });
    }
    begin = from;
    marks = at;
  }

  /** Offsets are counted from the first record on. */
  @Override
  public SortedMap<TopicPartition, Long> earliest() {
    return new TreeMap<>();
  }

  @Override
  public SortedMap<TopicPartition, Long> begin() {
    return begin;
  }

  @Override
  public PTransform<PBegin, PCollection<RawBatch>> source(
      RunId launch, Map<String, String> datasets, Gathering gathering) {
    return KinesisSource.of(launch, kinesis, marks, begin, shards.first(), datasets, gathering);
  }

  @Override
  public RangeSource again(Gathering gathering) {
    return new ShardReader(kinesis, gathering);
  }

  @Override
  public long lag(Storage storage) throws IOException {
    try (KinesisStreams streams = KinesisStreams.of(kinesis)) {
      return lag(storage, streams, found.at(), looked).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** Of what was there at first: it does not change but by a commit. */
  private final Map<TopicPartition, Looked> looked = new HashMap<>();

  @Override
  public String tell(long lag) {
    return lag == 0 ? "no records" : "some records";
  }

  @Override
  public UnboundedRun.Meter meter(Storage storage) {
    KinesisStreams streams = KinesisStreams.of(kinesis);
    return new UnboundedRun.Meter() {
      @Override
      public String measure() {
        return "lagMillis";
      }

      @Override
      public Map<String, Long> lag() throws IOException {
        return KinesisInput.this.lag(storage, streams, Instant.now(), new HashMap<>());
      }

      /** Readers find the shards that others were split into by themselves. */
      @Override
      public SortedMap<TopicPartition, String> unread() {
        return new TreeMap<>();
      }

      @Override
      public void close() {
        streams.close();
      }
    };
  }

  /**
   * Of each dataset for how long, in milliseconds and all its shards together, records have been
   * waiting that came before a time.
   */
  private Map<String, Long> lag(
      Storage storage, KinesisStreams streams, Instant before, Map<TopicPartition, Looked> known)
      throws IOException {
    Map<String, Long> lag = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      Map<TopicPartition, String> ends = CleanTable.open(storage, request.lake(), dataset).marks();
      long behind = 0;
      for (TopicPartition shard : streams.partitions(List.of(request.topic(dataset)))) {
        String mark = ends.getOrDefault(shard, "");
        Looked last = known.get(shard);
        if (last == null || !last.mark().equals(mark)) {
          last =
              new Looked(
                  mark,
                  streams
                      .firstBehind(shard, Optional.of(mark).filter(text -> !text.isEmpty()))
                      .filter(first -> first.isBefore(before)));
          known.put(shard, last);
        }
        behind +=
            last.first()
                .map(first -> Math.max(1, Duration.between(first, before).toMillis()))
                .orElse(0L);
      }
      lag.put(dataset.name(), behind);
    }
    return lag;
  }

  @Override
  public void end(RunId launch) {
    KinesisSource.end(launch);
  }
}
