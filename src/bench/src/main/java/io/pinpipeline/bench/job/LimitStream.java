package io.pinpipeline.bench.job;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.arrival.KeyIndex;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.parquet.RowGroupPool;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The limit of a stream: a thread a core with a plain consumer of its share of the partitions, our
 * cleaner, Parquet writer and a Delta commit now and then. It remembers keys as long as it runs,
 * and nothing of it would survive a restart.
 */
public final class LimitStream implements Job {

  private static final Duration POLL = Duration.ofMillis(100);

  @Override
  public void run(Path input, Path output) throws Exception {
    Broker broker = Broker.read(input);
    Lake lake = new Lake(Location.ofPath(output));
    try (Storage storage = new LocalStorage()) {
      Object log = new Object();
      int loops = Splits.cores();
      Splits.onAllCores(loops, () -> i -> loop(broker, i, loops, new Sink(storage, lake, log)));
    }
  }

  private static void loop(Broker broker, int loop, int loops, Sink sink) throws IOException {
    Map<String, Object> properties =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            20_000,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            2 << 20,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            2 << 20);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> mine =
          consumer.partitionsFor(broker.topic()).stream()
              .filter(info -> info.partition() % loops == loop)
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(mine);
      consumer.seekToBeginning(mine);
      Map<TopicPartition, Long> ends = consumer.endOffsets(mine);
      while (mine.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          sink.add(record);
        }
        sink.commitIfDue();
      }
      sink.commit();
    }
  }

  /** What one thread writes. */
  private static final class Sink {

    private final Dataset<?> dataset = Datasets.named(Broker.DATASET);
    private final Cleaner cleaner = dataset.cleaner(Clock.systemUTC());
    private final Arrivals arrivals = new KeyIndex().arrivals(0, 0);
    private final ValueBlock values = new ValueBlock();
    private final Storage storage;
    private final Lake lake;
    private final Object log;
    private final RowGroupPool rowGroups = new RowGroupPool();
    private RollingDataFileWriter clean;
    private RollingDataFileWriter dead;
    private long committed = System.nanoTime();

    /**
     * @param log held while the tables' logs are written
     */
    Sink(Storage storage, Lake lake, Object log) {
      this.storage = storage;
      this.lake = lake;
      this.log = log;
      this.clean = writer(lake.silver(dataset.name()), dataset.schema());
      this.dead = writer(lake.deadLetters(), DeadLetterTable.SCHEMA);
    }

    private RollingDataFileWriter writer(Location table, TableSchema schema) {
      return new RollingDataFileWriter(
          storage,
          table,
          schema,
          ParquetSettings.DEFAULT,
          "bench",
          RollingDataFileWriter.DEFAULT_TARGET_BYTES,
          rowGroups);
    }

    void add(ConsumerRecord<byte[], byte[]> record) throws IOException {
      values.add(record.value(), record.offset());
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
      try (CleanBatch.Reader blocks = new CleanBatch(batch).open(cleaner, arrivals)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          clean.append(block.rows());
          dead.append(block.deadLetters());
        }
      }
    }

    void commitIfDue() throws IOException {
      if (System.nanoTime() - committed > TimeUnit.SECONDS.toNanos(Broker.COMMIT_SECONDS)) {
        commit();
      }
    }

    void commit() throws IOException {
      write();
      synchronized (log) {
        commit(lake.silver(dataset.name()), dataset.schema(), clean.finish());
        commit(lake.deadLetters(), DeadLetterTable.SCHEMA, dead.finish());
      }
      clean = writer(lake.silver(dataset.name()), dataset.schema());
      dead = writer(lake.deadLetters(), DeadLetterTable.SCHEMA);
      committed = System.nanoTime();
    }

    private void commit(Location location, TableSchema schema, List<DataFile> files)
        throws IOException {
      if (files.isEmpty()) {
        return;
      }
      DeltaTable table = DeltaTable.at(storage, location);
      DeltaCommit commit = table.change(table.latest(), schema);
      files.forEach(commit::add);
      commit.commit();
    }
  }
}
