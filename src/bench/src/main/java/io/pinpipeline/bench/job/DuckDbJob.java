package io.pinpipeline.bench.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * DuckDB doing the same job, in SQL: {@code duckdb/<dataset>.sql}. The datasets follow each other,
 * since one statement uses all cores.
 */
public final class DuckDbJob implements Job {

  static final List<String> DATASETS = List.of("pin", "geo", "user");

  @Override
  public void run(Path input, Path output) throws Exception {
    for (String dataset : DATASETS) {
      Files.createDirectories(output.resolve("silver").resolve(dataset));
    }
    Files.createDirectories(output.resolve("dead_letter"));
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement()) {
      for (String dataset : DATASETS) {
        Map<String, String> values =
            Map.of(
                "input", input.resolve(dataset + ".jsonl").toString(),
                "clean", output.resolve("silver").resolve(dataset).toString(),
                "dead", output.resolve("dead_letter").resolve(dataset + ".parquet").toString());
        for (String sql : Script.read("duckdb/" + dataset + ".sql", values)) {
          statement.execute(sql);
        }
        for (String sql : Script.read("duckdb/write.sql", values)) {
          statement.execute(sql.replace("${dataset}", dataset));
        }
      }
    }
  }
}
