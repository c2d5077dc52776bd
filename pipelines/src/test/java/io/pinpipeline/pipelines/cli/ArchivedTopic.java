package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.batch.Lines;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import io.pinpipeline.pipelines.source.kafka.RangeRecords;
import io.pinpipeline.pipelines.source.kafka.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the archive of a topic must be like: its records in order, each once, and nothing else. */
public final class ArchivedTopic {

  private ArchivedTopic() {}

  /**
   * Compares the objects of topics with what is in the topics.
   *
   * @return how many objects there are
   */
  public static int requireWhole(String bootstrapServers, Path output, String... topics)
      throws IOException {
    KafkaSettings kafka = new KafkaSettings(bootstrapServers, Map.of());
    int objects = 0;
    try (Topics cluster = Topics.of(kafka)) {
      List<TopicPartition> partitions = cluster.describe(List.of(topics)).partitions();
      Map<TopicPartition, Long> latest = cluster.latest(partitions);
      for (TopicPartition partition : partitions) {
        objects += requireWhole(kafka, output, partition, latest.getOrDefault(partition, 0L));
      }
    }
    return objects;
  }

  private static int requireWhole(
      KafkaSettings kafka, Path output, TopicPartition partition, long end) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> lines = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> values = new ArrayList<>();
    if (end > 0) {
      TopicRange all = new TopicRange(partition.topic(), partition.partition(), 0, end);
      try (RangeRecords records = new RangeRecords(kafka, all)) {
        for (var record = records.next(); record != null; record = records.next()) {
          byte[] value = record.value();
          (value != null && Lines.isOneRecord(value) ? lines : values).add(record);
        }
      }
    }
    Path folder =
        output.resolve("topics/" + partition.topic() + "/partition=" + partition.partition());
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(ArchivedTopic::isObject).sorted().toList();
    }
    requireWhole(partition, files.stream().filter(file -> is(file, "json")).toList(), lines, false);
    requireWhole(
        partition, files.stream().filter(file -> is(file, "values")).toList(), values, true);
    assertThat(files).allMatch(file -> is(file, "json") || is(file, "values"));
    return files.size();
  }

  /** Who is killed leaves what was half-written, under a name that no one reads. */
  private static boolean isObject(Path file) {
    return Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".unfinished-");
  }

  private static boolean is(Path file, String ending) {
    return file.toString().matches(".*\\." + ending + "(\\.gz)?");
  }

  private static void requireWhole(
      TopicPartition partition,
      List<Path> files,
      List<ConsumerRecord<byte[], byte[]>> records,
      boolean framed)
      throws IOException {
    int next = 0;
    for (Path file : files) {
      byte[] content = content(file);
      assertThat(next).as("%s has records that come next", file).isLessThan(records.size());
      assertThat(file.getFileName().toString())
          .startsWith(
              String.format(
                  Locale.ROOT,
                  "%s+%d+%010d.",
                  partition.topic(),
                  partition.partition(),
                  records.get(next).offset()));
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      while (expected.size() < content.length && next < records.size()) {
        ConsumerRecord<byte[], byte[]> record = records.get(next++);
        byte[] value = record.value();
        if (framed) {
          String length = value == null ? "tombstone" : "" + value.length;
          expected.write((record.offset() + " " + length + "\n").getBytes(UTF_8));
        }
        if (value != null) {
          expected.write(value);
        }
        expected.write('\n');
      }
      assertThat(content).as("%s", file).isEqualTo(expected.toByteArray());
    }
    assertThat(next).as("records of %s that are archived", partition).isEqualTo(records.size());
  }

  private static byte[] content(Path file) throws IOException {
    if (!file.toString().endsWith(".gz")) {
      return Files.readAllBytes(file);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }
}
