package io.pinpipeline.pipelines;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.run.StreamTable;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.sink.DeltaSink;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.sink.StreamWrites;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.StreamSettings;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kinesis.KinesisSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** A stream as it was planned before any work begins: what it reads, and from where on. */
public final class StreamRun implements UnboundedRun {

  static final String ANOTHER =
      "it was made anew, or is another cluster's. Use another lake, or another topic.";

  /**
   * What a user asks for.
   *
   * @param from what is read: topics of Kafka, or streams of Kinesis
   * @param topicPrefix topics are called {@code <prefix>.<dataset>}
   * @param lake where the tables are
   * @param commitInterval within this time of being read a record is committed
   * @param horizon for how long a key is remembered
   * @param engine how the engine runs it
   * @param maxRecordBytes larger records are dead letters
   * @param fileForm what data files are like
   * @param untilCaughtUp whether it is to end once the records are committed that are there now
   */
  public record Request(
      StreamSettings from,
      String topicPrefix,
      Lake lake,
      Duration commitInterval,
      Duration horizon,
      StreamDefaults engine,
      int maxRecordBytes,
      FileForm fileForm,
      boolean untilCaughtUp) {

    String topic(Dataset<?> dataset) {
      return topicPrefix + "." + dataset.name();
    }

    /** The dataset of each topic. */
    Map<String, String> datasets() {
      Map<String, String> datasets = new LinkedHashMap<>();
      Datasets.all().forEach(dataset -> datasets.put(topic(dataset), dataset.name()));
      return datasets;
    }
  }

  private final Request request;
  private final RunId launch;
  private final StreamInput input;
  private final Map<String, RunId> streams;

  private StreamRun(Request request, RunId launch, StreamInput input, Map<String, RunId> streams) {
    this.request = request;
    this.launch = launch;
    this.input = input;
    this.streams = streams;
  }

  /**
   * Plans a stream: finds its topics, and where the tables end. Ends what an earlier start of it
   * had begun.
   *
   * @throws IOException if a topic does not exist, or lacks records that the tables do not have
   */
  public static StreamRun plan(Storage storage, Request request, RunId launch) throws IOException {
    StreamInput input = find(storage, request);
    Map<String, RunId> streams = new HashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      String topic = request.topic(dataset);
      Map<String, String> its = new HashMap<>(input.ids());
      its.keySet().retainAll(List.of(topic));
      Map<TopicPartition, String> firstMarks = new HashMap<>(input.firstMarks());
      firstMarks.keySet().removeIf(partition -> !partition.topic().equals(topic));
      streams.put(
          dataset.name(), StreamTable.begin(storage, request.lake(), dataset, its, firstMarks));
    }
    input.begun(storage);
    StreamRun run = new StreamRun(request, launch, input, streams);
    run.settle(storage);
    return run;
  }

  private static StreamInput find(Storage storage, Request request) throws IOException {
    if (request.from() instanceof KafkaSettings kafka) {
      return KafkaInput.find(storage, request, kafka);
    }
    if (request.from() instanceof KinesisSettings kinesis) {
      return KinesisInput.find(storage, request, kinesis);
    }
    throw new IllegalArgumentException("cannot be read: " + request.from());
  }

  /** Says that a topic is not what it was. */
  static String another(String kind, String name) {
    return "The "
        + kind
        + " "
        + name
        + " is not the one that the tables hold records of, though it has its name: "
        + ANOTHER;
  }

  /** Brings the dead letters of what was committed into their table, where they are not yet. */
  private void settle(Storage storage) throws IOException {
    for (Map.Entry<String, RunId> stream : streams.entrySet()) {
      new StreamTable(
              request.lake(),
              stream.getValue(),
              stream.getKey(),
              input.earliest(),
              request.horizon(),
              Clock.systemUTC())
          .settle(storage);
    }
  }

  /** This start of the stream. */
  public RunId launch() {
    return launch;
  }

  /** What it reads. */
  StreamInput input() {
    return input;
  }

  /** The offset of each partition at which it begins to read. */
  public SortedMap<TopicPartition, Long> begin() {
    return new TreeMap<>(input.begin());
  }

  @Override
  public void build(Pipeline pipeline) {
    CleanPipeline.build(pipeline, this);
  }

  @Override
  public String from() {
    return input.name();
  }

  /** The same stream, planned anew: it begins where the tables end by now. */
  public StreamRun again(Storage storage) throws IOException {
    return plan(storage, request, RunId.beginning(Instant.now()));
  }

  @Override
  public long lag(Storage storage) throws IOException {
    return input.lag(storage);
  }

  @Override
  public String tell(long lag) {
    return input.tell(lag);
  }

  @Override
  public Meter meter(Storage storage) throws IOException {
    return input.meter(storage);
  }

  @Override
  public Duration commitInterval() {
    return request.commitInterval();
  }

  @Override
  public void end(Storage storage) throws IOException {
    input.end(launch);
    settle(storage);
  }

  PTransform<PBegin, PCollection<RawBatch>> source() {
    return input.source(launch, request.datasets(), gathering());
  }

  DeltaSink sink() {
    return DeltaSink.to(
        new StreamWrites(
            request.lake(),
            launch,
            streams,
            input.earliest(),
            input.again(gathering()),
            request.horizon(),
            request.commitInterval(),
            request.fileForm()));
  }

  private Gathering gathering() {
    StreamDefaults engine = request.engine();
    return Gathering.of(engine.gather(), engine.gatherBytes(), request.maxRecordBytes());
  }
}
