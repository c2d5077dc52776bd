package io.pinpipeline.bench.job;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.lake.parquet.DataFileWriter;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RowGroupPool;
import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Flink without Beam: its own Kafka source, our cleaner and Parquet writer, block by block, inside
 * its own file sink, exactly once. All is one chained task, objects are reused, and values are
 * bytes, so no record is ever copied between operators. It is spared dead letters, repeats and a
 * table's log.
 */
public final class NativeFlinkJob implements Job {

  @Override
  public void run(Path input, Path output) throws Exception {
    Broker broker = Broker.read(input);
    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(Splits.cores(), configuration);
    environment.getConfig().enableObjectReuse();
    environment.enableCheckpointing(1000L * Broker.COMMIT_SECONDS);
    KafkaSource<byte[]> source =
        KafkaSource.<byte[]>builder()
            .setBootstrapServers(broker.bootstrapServers())
            .setTopics(broker.topic())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(OffsetsInitializer.latest())
            .setDeserializer(new Values())
            .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "20000")
            .setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(8 << 20))
            .setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(4 << 20))
            .build();
    environment
        .fromSource(source, WatermarkStrategy.noWatermarks(), "records")
        .sinkTo(
            FileSink.forBulkFormat(
                    new org.apache.flink.core.fs.Path(output.toUri()), CleanParquet::new)
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withOutputFileConfig(OutputFileConfig.builder().withPartSuffix(".parquet").build())
                .build());
    environment.execute("clean");
  }

  /** Of a record its value. */
  private static final class Values implements KafkaRecordDeserializationSchema<byte[]> {

    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<byte[]> out) {
      out.collect(record.value());
    }

    @Override
    public TypeInformation<byte[]> getProducedType() {
      return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    }
  }

  /** The clean rows of a file's records. */
  private static final class CleanParquet implements BulkWriter<byte[]> {

    /** Of a task's files one after the other. */
    private static final ThreadLocal<RowGroupPool> ROW_GROUPS =
        ThreadLocal.withInitial(RowGroupPool::new);

    private final Dataset<?> dataset = Datasets.named(Broker.DATASET);
    private final Cleaner cleaner = dataset.cleaner(Clock.systemUTC());
    private final ValueBlock values = new ValueBlock();
    private final DataFileWriter writer;

    CleanParquet(FSDataOutputStream stream) throws IOException {
      writer =
          new DataFileWriter(
              new StreamStorage(stream),
              Location.ofPath(Path.of("/")),
              "part",
              dataset.schema(),
              ParquetSettings.DEFAULT,
              ROW_GROUPS.get());
    }

    @Override
    public void addElement(byte[] value) throws IOException {
      values.add(value, 0);
      if (values.isFull()) {
        write();
      }
    }

    private void write() throws IOException {
      if (values.isEmpty()) {
        return;
      }
      HeldBatch batch =
          new HeldBatch(dataset.name(), 0, Repeats.NONE, List.of(values.take(dataset.name())));
      try (CleanBatch.Reader blocks = new CleanBatch(batch).open(cleaner)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          writer.append(block.rows());
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void finish() throws IOException {
      write();
      writer.finish();
    }
  }
}
