package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.transforms.RawBatchCoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Reads the records of topics as raw batches with their offsets.
 *
 * <p>It begins at the offsets it is given, which are those where the tables end; an engine that
 * continues from its own checkpoint begins there. It has no end, or the offsets at which it is told
 * to end: with most engines its watermark then says that nothing more will come, so that what waits
 * downstream waits no longer, and the job ends. No offset is ever committed to Kafka by reading.
 */
public final class KafkaSource extends PTransform<PBegin, PCollection<RawBatch>> {

  private final KafkaSettings settings;
  private final Map<TopicPartition, Long> begin;
  private final Map<TopicPartition, Long> ends;
  private final boolean endsByWatermark;
  private final Map<String, String> datasets;
  private final Gathering gathering;
  private final RunId launch;

  private KafkaSource(
      RunId launch,
      KafkaSettings settings,
      Map<TopicPartition, Long> begin,
      Map<TopicPartition, Long> ends,
      boolean endsByWatermark,
      Map<String, String> datasets,
      Gathering gathering) {
    this.launch = launch;
    this.settings = settings;
    this.begin = begin;
    this.ends = ends;
    this.endsByWatermark = endsByWatermark;
    this.datasets = Map.copyOf(datasets);
    this.gathering = gathering;
  }

  /**
   * A source of these partitions.
   *
   * @param launch tells this start of the pipeline from all others
   * @param begin the first offset to read of each partition
   * @param ends the offset behind the last to read of each partition; nothing to read without end
   * @param endsByWatermark whether the watermark tells that a partition has come to its end
   * @param datasets the dataset of each topic
   */
  public static KafkaSource of(
      RunId launch,
      KafkaSettings settings,
      Map<io.pinpipeline.core.batch.TopicPartition, Long> begin,
      Map<io.pinpipeline.core.batch.TopicPartition, Long> ends,
      boolean endsByWatermark,
      Map<String, String> datasets,
      Gathering gathering) {
    return new KafkaSource(
        launch, settings, kafkas(begin), kafkas(ends), endsByWatermark, datasets, gathering);
  }

  private static Map<TopicPartition, Long> kafkas(
      Map<io.pinpipeline.core.batch.TopicPartition, Long> offsets) {
    Map<TopicPartition, Long> kafkas = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            kafkas.put(new TopicPartition(partition.topic(), partition.partition()), offset));
    return kafkas;
  }

  /**
   * Has the readers of this process do nothing more. Runners end their threads when a pipeline is
   * cancelled, not always those that a reader has made.
   */
  public static void end(RunId launch) {
    PackingConsumer.end(launch);
  }

  @Override
  public PCollection<RawBatch> expand(PBegin pipeline) {
    return pipeline
        .apply(
            "Poll",
            KafkaIO.<byte[], byte[]>read()
                .withBootstrapServers(settings.bootstrapServers())
                .withTopicPartitions(List.copyOf(begin.keySet()))
                .withKeyDeserializer(ByteArrayDeserializer.class)
                .withValueDeserializer(ByteArrayDeserializer.class)
                .withConsumerConfigUpdates(settings.consumer())
                .withConsumerFactoryFn(new PackingConsumers(launch, begin, ends, gathering))
                .withTimestampPolicyFactory(new UntilEnd(begin, endsByWatermark ? ends : Map.of())))
        .apply("Unpack", ParDo.of(new UnpackFn(datasets)))
        .setCoder(RawBatchCoder.of());
  }

  private static final class PackingConsumers
      implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {

    private final RunId launch;
    private final Map<TopicPartition, Long> begin;
    private final Map<TopicPartition, Long> ends;
    private final Gathering gathering;

    PackingConsumers(
        RunId launch,
        Map<TopicPartition, Long> begin,
        Map<TopicPartition, Long> ends,
        Gathering gathering) {
      this.launch = launch;
      this.begin = begin;
      this.ends = ends;
      this.gathering = gathering;
    }

    @Override
    public Consumer<byte[], byte[]> apply(Map<String, Object> properties) {
      return PackingConsumer.around(
          new KafkaConsumer<>(
              properties, new ByteBufferDeserializer(), new ByteBufferDeserializer()),
          launch,
          begin,
          ends,
          gathering);
    }
  }

  private static final class UnpackFn extends DoFn<KafkaRecord<byte[], byte[]>, RawBatch> {

    private final Map<String, String> datasets;

    UnpackFn(Map<String, String> datasets) {
      this.datasets = datasets;
    }

    @ProcessElement
    public void process(@Element KafkaRecord<byte[], byte[]> packed, OutputReceiver<RawBatch> out) {
      String topic = packed.getTopic();
      int partition = packed.getPartition();
      byte[] bytes = packed.getKV().getValue();
      String dataset = datasets.get(topic);
      if (bytes == null || dataset == null) {
        throw new IllegalStateException("no packed records of a dataset came from " + topic);
      }
      out.output(
          new HeldBatch(
              dataset,
              PackedRecords.range(topic, partition, bytes),
              List.of(PackedRecords.block(topic, partition, bytes))));
    }
  }
}
