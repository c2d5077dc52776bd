package io.pinpipeline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;

/**
 * What a measurement was made on.
 *
 * @param text for people to read
 */
record Machine(String text) {

  /** This machine, as far as it tells. */
  static Machine here() throws IOException {
    return new Machine(
        "%s, %d cores, %s, %s %s, JDK %s; DuckDB %s"
            .formatted(
                field("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                duckDb()));
  }

  private static String memory() throws IOException {
    String kilobytes = field("/proc/meminfo", "MemTotal", "").replaceAll("[^0-9]", "");
    return kilobytes.isEmpty()
        ? "memory unknown"
        : String.format(Locale.ROOT, "%.0f GiB of memory", Long.parseLong(kilobytes) / 1048576.0);
  }

  private static String field(String file, String name, String otherwise) throws IOException {
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      return otherwise;
    }
    return Files.readAllLines(path).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }

  private static String duckDb() throws IOException {
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:")) {
      return database.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
