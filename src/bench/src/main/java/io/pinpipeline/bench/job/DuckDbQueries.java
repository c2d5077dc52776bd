package io.pinpipeline.bench.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * DuckDB asking the same questions in SQL, one after the other, since one statement uses all cores.
 */
public final class DuckDbQueries implements Job {

  /**
   * Asks all questions.
   *
   * @param input a folder with {@code begin.sql}, which makes the views that questions ask, and of
   *     each question a file of its own in {@code questions/}
   * @param output where the rows of each question are to be, as {@code QUESTION.json}
   */
  @Override
  public void run(Path input, Path output) throws Exception {
    Files.createDirectories(output);
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement()) {
      statement.execute(Files.readString(input.resolve("begin.sql")));
      for (Path question : questions(input.resolve("questions"))) {
        String name = question.getFileName().toString().replace(".sql", "");
        statement.execute(
            "COPY (%s) TO '%s' (FORMAT json, ARRAY true)"
                .formatted(
                    Files.readString(question),
                    output.resolve(name + ".json").toString().replace("'", "''")));
      }
    }
  }

  private static List<Path> questions(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
