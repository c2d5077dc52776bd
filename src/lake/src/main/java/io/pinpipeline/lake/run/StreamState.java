package io.pinpipeline.lake.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.DataFile;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a clean table holds of a stream.
 *
 * @param id what its dead letters tell as their run
 * @param topics of each topic the id that Kafka gave it: a topic that is made anew gets another
 * @param offsets of each topic, of each partition: what has been committed
 * @param marks of each topic, of each partition, where its source begins to read behind that; none
 *     where the source knows offsets
 * @param commits how often it has been committed
 * @param books of all those commits together
 * @param committedAt when the last of them, or the stream's beginning, was committed, in UTC
 * @param deadLetters the files that the last of them has to bring into the table of dead letters
 */
@JsonPropertyOrder({
  "id",
  "topics",
  "offsets",
  "marks",
  "commits",
  "books",
  "committedAt",
  "deadLetters"
})
record StreamState(
    String id,
    SortedMap<String, String> topics,
    SortedMap<String, SortedMap<Integer, OffsetIntervals>> offsets,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, SortedMap<Integer, String>> marks,
    long commits,
    Books books,
    String committedAt,
    List<DataFile> deadLetters)
    implements Serializable {

  StreamState {
    topics = new TreeMap<>(topics);
    offsets = new TreeMap<>(offsets);
    marks = marks == null ? new TreeMap<>() : new TreeMap<>(marks);
    deadLetters = List.copyOf(deadLetters);
  }

  /** A stream that has committed nothing. */
  static StreamState begun(RunId id, String at) {
    return new StreamState(
        id.value(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        0,
        Books.NONE,
        at,
        List.of());
  }

  SortedMap<TopicPartition, OffsetIntervals> covered() {
    SortedMap<TopicPartition, OffsetIntervals> covered = new TreeMap<>();
    offsets.forEach(
        (topic, partitions) ->
            partitions.forEach(
                (partition, intervals) ->
                    covered.put(new TopicPartition(topic, partition), intervals)));
    return covered;
  }

  /** Where the source begins to read behind what has been committed. */
  SortedMap<TopicPartition, String> marked() {
    SortedMap<TopicPartition, String> marked = new TreeMap<>();
    marks.forEach(
        (topic, partitions) ->
            partitions.forEach(
                (partition, mark) -> marked.put(new TopicPartition(topic, partition), mark)));
    return marked;
  }

  /** After one more commit. */
  StreamState plus(
      Map<TopicPartition, OffsetIntervals> covered,
      Map<TopicPartition, String> newMarks,
      Books more,
      String at,
      List<DataFile> newDeadLetters) {
    SortedMap<String, SortedMap<Integer, OffsetIntervals>> newOffsets = new TreeMap<>();
    covered.forEach(
        (source, intervals) ->
            newOffsets
                .computeIfAbsent(source.topic(), topic -> new TreeMap<>())
                .put(source.partition(), intervals));
    return new StreamState(
        id,
        topics,
        newOffsets,
        byTopic(newMarks),
        commits + 1,
        books.plus(more),
        at,
        newDeadLetters);
  }

  private static SortedMap<String, SortedMap<Integer, String>> byTopic(
      Map<TopicPartition, String> marked) {
    SortedMap<String, SortedMap<Integer, String>> byTopic = new TreeMap<>();
    marked.forEach(
        (source, mark) ->
            byTopic
                .computeIfAbsent(source.topic(), topic -> new TreeMap<>())
                .put(source.partition(), mark));
    return byTopic;
  }

  /** With the ids of topics that had none yet, and the first marks of partitions. */
  StreamState with(Map<String, String> newTopics, Map<TopicPartition, String> firstMarks) {
    SortedMap<String, String> all = new TreeMap<>(newTopics);
    all.putAll(topics);
    SortedMap<TopicPartition, String> allMarks = new TreeMap<>(firstMarks);
    allMarks.putAll(marked());
    return new StreamState(
        id, all, offsets, byTopic(allMarks), commits, books, committedAt, deadLetters);
  }

  /** The Delta domain of the table of dead letters that says which of them are there. */
  static String settledDomain(String dataset) {
    return "pinpipeline.stream." + dataset;
  }

  /** What stands in the table of dead letters once those of the last commit are there. */
  String settled() {
    return id + " " + commits;
  }
}
