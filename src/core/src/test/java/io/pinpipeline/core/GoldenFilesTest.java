package io.pinpipeline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetterTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Each case of {@code golden/<dataset>.txt}; what a case is stands at the top of those files. */
class GoldenFilesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param title what it shows
   * @param line where its raw record stands in the file
   */
  private record Case(String title, int line, String raw, String outcome) {}

  @TestFactory
  Stream<DynamicNode> everyCaseBecomesWhatItSays() {
    return Datasets.all().stream()
        .map(
            dataset -> {
              // one cleaner for all cases: none may leave anything to the next
              Cleaner cleaner = dataset.cleaner(Cleaned.CLOCK);
              return dynamicContainer(
                  dataset.name(),
                  cases(dataset).stream()
                      .map(
                          example ->
                              dynamicTest(
                                  example.title() + " (line " + example.line() + ")",
                                  () -> check(example, cleaner))));
            });
  }

  private static void check(Case example, Cleaner cleaner) throws IOException {
    Cleaned cleaned = Cleaned.of(cleaner, example.raw());

    assertThat(cleaned.records()).isEqualTo(1);
    assertThat(outcome(cleaned, example.raw())).isEqualTo(expected(example));
  }

  private static Object expected(Case example) throws IOException {
    String outcome = example.outcome().substring(1).strip();
    return example.outcome().startsWith("=")
        ? JSON.readValue(outcome, new TypeReference<Map<String, Object>>() {})
        : outcome;
  }

  /** The row, its values as JSON has them; or the code and the field of the dead letter. */
  private static Object outcome(Cleaned cleaned, String raw) throws IOException {
    if (cleaned.deadLetters().isEmpty()) {
      Map<String, Object> row = new LinkedHashMap<>(cleaned.rows().get(0));
      row.keySet().removeIf(path -> path.startsWith("_source."));
      row.replaceAll((path, value) -> value instanceof Instant ? value.toString() : value);
      return JSON.readValue(
          JSON.writeValueAsString(row), new TypeReference<Map<String, Object>>() {});
    }
    Map<String, Object> deadLetter = cleaned.deadLetters().get(0);
    assertThat(deadLetter)
        .containsEntry(DeadLetterTable.RAW, ByteBuffer.wrap(raw.getBytes(StandardCharsets.UTF_8)));
    Object field = deadLetter.get(DeadLetterTable.FIELD);
    return deadLetter.get(DeadLetterTable.CODE) + (field == null ? "" : " " + field);
  }

  private static List<Case> cases(Dataset<?> dataset) {
    List<Case> cases = new ArrayList<>();
    List<String> title = new ArrayList<>();
    String raw = null;
    int number = 0;
    for (String line : goldenFile(dataset)) {
      number++;
      if (line.isEmpty()) {
        title.clear();
      } else if (raw != null) {
        assertThat(line)
            .as("the outcome of the case in line %s of %s.txt", number - 1, dataset)
            .matches("(= \\{.*}|! \\w+( \\w+)?)");
        cases.add(new Case(String.join(" ", title), number - 1, raw, line));
        raw = null;
      } else if (line.startsWith("#")) {
        title.add(line.substring(1).strip());
      } else {
        raw = line;
      }
    }
    assertThat(raw).as("a raw record without an outcome in %s.txt", dataset).isNull();
    return cases;
  }

  private static List<String> goldenFile(Dataset<?> dataset) {
    String name = "/golden/" + dataset.name() + ".txt";
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream(name)) {
      assertThat(in).as("the golden file %s", name).isNotNull();
      // at line feeds only: records may hold any other separator
      return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
