package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a contestant has written: how many rows, and digests that do not depend on their order.
 * DuckDB computes them from the Parquet files, in the same way for all.
 *
 * <p>A row's digest is over the dataset's own columns; what a table has beside them, such as where
 * a row came from, differs from one contestant to the next. A dead letter's is over its dataset,
 * code and original bytes.
 *
 * @param clean of each dataset the digest of its clean rows
 * @param dead of each dataset the digest of its dead letters
 * @param codes of each dataset its dead letters by code
 */
record Rows(
    Map<String, Digest> clean,
    Map<String, Digest> dead,
    Map<String, SortedMap<String, Long>> codes) {

  private static final SortedMap<String, Long> NO_CODES = Collections.emptySortedMap();

  private static final String CONFLICT = "CONFLICTING_DUPLICATE";

  /**
   * A digest.
   *
   * @param sum of the hashes of all rows
   */
  record Digest(long rows, String sum) {}

  /** Reads what a contestant wrote. */
  static Rows of(Contestant contestant, Path lake) throws IOException {
    Map<String, Digest> clean = new TreeMap<>();
    Map<String, Digest> dead = new TreeMap<>();
    Map<String, SortedMap<String, Long>> codes = new TreeMap<>();
    boolean isDelta = contestant.group() != Group.PEER;
    try (Storage storage = new LocalStorage();
        Connection database = DriverManager.getConnection("jdbc:duckdb:")) {
      Lake location = new Lake(Location.ofPath(lake));
      List<Path> letters =
          isDelta
              ? filesOf(storage, location.deadLetters())
              : Folders.parquetFiles(lake.resolve("dead_letter"));
      for (Dataset<?> dataset : Datasets.all()) {
        String name = dataset.name();
        List<Path> files =
            isDelta
                ? filesOf(storage, location.silver(name))
                : Folders.parquetFiles(lake.resolve("silver").resolve(name));
        clean.put(name, digest(database, files, columns(dataset), "true"));
        String ofDataset = "dataset = '" + name + "'";
        dead.put(
            name,
            digest(
                database,
                letters,
                "dataset, code, " + (isDelta ? "raw" : "encode(raw)"),
                ofDataset));
        codes.put(name, codes(database, letters, ofDataset));
      }
    } catch (SQLException e) {
      throw new IOException("The rows of " + contestant.label() + " cannot be read: " + e, e);
    }
    return new Rows(clean, dead, codes);
  }

  /** The data files of a table as it is now. */
  static List<Path> filesOf(Storage storage, Location table) throws IOException {
    Optional<TableSnapshot> snapshot = DeltaTable.at(storage, table).latest();
    if (snapshot.isEmpty()) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    for (ActiveFile file : snapshot.get().files()) {
      files.add(table.path().resolve(file.path()));
    }
    return files;
  }

  private static String columns(Dataset<?> dataset) {
    return dataset.plan().ownColumns().columns().stream()
        .map(Rows::column)
        .collect(Collectors.joining(", "));
  }

  private static String column(ColumnSpec column) {
    String path = '"' + column.path().replace(".", "\".\"") + '"';
    // with a time zone or without, they are microseconds
    return column.type() == ColumnType.TIMESTAMP ? "epoch_us(" + path + ")" : path;
  }

  private static Digest digest(
      Connection database, List<Path> files, String columns, String condition) throws SQLException {
    if (files.isEmpty()) {
      return new Digest(0, "");
    }
    try (Statement statement = database.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*), sum(hash(%s)::HUGEINT)::VARCHAR FROM %s WHERE %s"
                    .formatted(columns, from(files), condition))) {
      result.next();
      return new Digest(result.getLong(1), String.valueOf(result.getString(2)));
    }
  }

  private static SortedMap<String, Long> codes(
      Connection database, List<Path> files, String condition) throws SQLException {
    SortedMap<String, Long> codes = new TreeMap<>();
    if (files.isEmpty()) {
      return codes;
    }
    try (Statement statement = database.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT code, count(*) FROM %s WHERE %s GROUP BY code"
                    .formatted(from(files), condition))) {
      while (result.next()) {
        codes.put(result.getString(1), result.getLong(2));
      }
    }
    return codes;
  }

  /** What DuckDB reads these files with. */
  static String from(List<Path> files) {
    return files.stream()
        .map(file -> "'" + file.toString().replace("'", "''") + "'")
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  /** What is wrong with them, by what was generated; empty if nothing is. */
  List<String> faults(BenchData data) {
    List<String> faults = new ArrayList<>();
    clean.forEach(
        (dataset, digest) -> {
          long expected = data.clean().getOrDefault(dataset, 0L);
          if (digest.rows() != expected) {
            faults.add(dataset + " has " + digest.rows() + " rows in place of " + expected);
          }
        });
    codes.forEach(
        (dataset, of) -> {
          SortedMap<String, Long> damaged = new TreeMap<>(of);
          damaged.remove(CONFLICT);
          if (!damaged.equals(data.damaged().getOrDefault(dataset, NO_CODES))) {
            faults.add(
                dataset
                    + " has the dead letters "
                    + damaged
                    + " in place of "
                    + data.damaged().get(dataset));
          }
        });
    return faults;
  }

  /** How they differ from those of another; empty if they do not. */
  List<String> differences(Rows others) {
    List<String> differences = new ArrayList<>();
    compare("clean rows", clean, others.clean, differences);
    compare("dead letters", dead, others.dead, differences);
    compare("codes", codes, others.codes, differences);
    return differences;
  }

  /**
   * How they differ from those of the contestant that was first.
   *
   * @param first the first and its rows; these are added where there are none yet
   */
  List<String> differencesFromFirst(Contestant contestant, Map<Contestant, Rows> first) {
    if (first.isEmpty()) {
      first.put(contestant, this);
    }
    List<String> differences = new ArrayList<>();
    first.forEach(
        (other, of) ->
            differences(of).forEach(one -> differences.add(one + " as " + other.label())));
    return differences;
  }

  private static <V> void compare(
      String what, Map<String, V> ours, Map<String, V> theirs, List<String> differences) {
    ours.forEach(
        (dataset, of) -> {
          if (!of.equals(theirs.get(dataset))) {
            differences.add(
                what + " of " + dataset + ": " + of + " and not " + theirs.get(dataset));
          }
        });
  }
}
