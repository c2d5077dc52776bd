package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.archive.Archived;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.Serializable;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How topics are archived.
 *
 * @param output where {@code topics/} is
 * @param kafka where records are read once more
 * @param datasets the dataset of each topic
 * @param begin of each partition what the archive held when the pipeline was started
 * @param awaited of each partition the offset up to which it is archived at once, if one is
 * @param rolls when an object ends, and what it is like
 */
public record ArchiveWrites(
    Location output,
    KafkaSettings kafka,
    Map<String, String> datasets,
    SortedMap<TopicPartition, Archived> begin,
    SortedMap<TopicPartition, Long> awaited,
    Rolls rolls)
    implements Serializable {

  public ArchiveWrites {
    datasets = Map.copyOf(datasets);
    begin = new TreeMap<>(begin);
    awaited = new TreeMap<>(awaited);
  }

  /** What the archive held of a partition when the pipeline was started. */
  Archived begin(TopicPartition partition) {
    Archived archived = begin.get(partition);
    if (archived == null) {
      throw new IllegalStateException("the archive has no partition " + partition);
    }
    return archived;
  }

  /** The dataset of a topic. */
  String dataset(String topic) {
    return datasets.getOrDefault(topic, topic);
  }
}
