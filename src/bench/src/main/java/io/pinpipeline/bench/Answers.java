package io.pinpipeline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a contestant answered.
 *
 * @param rows of each question, each row as JSON, sorted
 */
record Answers(SortedMap<String, List<String>> rows) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDING = ".json";

  /** Reads one file with the answers to all questions. */
  static Answers ofFile(Path file) throws IOException {
    SortedMap<String, List<String>> rows = new TreeMap<>();
    for (Map.Entry<String, JsonNode> question :
        JSON.readTree(Files.readString(file)).properties()) {
      rows.put(question.getKey(), rows(question.getValue()));
    }
    return new Answers(rows);
  }

  /** Reads a folder with a file for each question. */
  static Answers ofFolder(Path folder) throws IOException {
    SortedMap<String, List<String>> rows = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        rows.put(
            name.substring(0, name.length() - ENDING.length()),
            rows(JSON.readTree(Files.readString(file))));
      }
    }
    return new Answers(rows);
  }

  private static List<String> rows(JsonNode answer) {
    return StreamSupport.stream(answer.spliterator(), false)
        .map(JsonNode::toString)
        .sorted()
        .toList();
  }

  /** How many rows all answers have. */
  int size() {
    return rows.values().stream().mapToInt(List::size).sum();
  }

  /** How they differ from those of another; empty if they do not. */
  List<String> differences(Answers others) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> questions = new TreeSet<>(rows.keySet());
    questions.addAll(others.rows.keySet());
    for (String question : questions) {
      List<String> ours = rows.get(question);
      List<String> theirs = others.rows.get(question);
      if (!Objects.equals(ours, theirs)) {
        differences.add(question + ": " + difference(ours, theirs));
      }
    }
    return differences;
  }

  private static String difference(@Nullable List<String> ours, @Nullable List<String> theirs) {
    if (ours == null || theirs == null) {
      return (ours == null ? "no answer" : "an answer, which was not expected");
    }
    List<String> only = new ArrayList<>(ours);
    theirs.forEach(only::remove);
    return ours.size()
        + " rows and not "
        + theirs.size()
        + (only.isEmpty() ? "" : ", among them " + only.get(0));
  }
}
