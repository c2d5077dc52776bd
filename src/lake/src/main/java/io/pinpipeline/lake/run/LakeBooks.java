package io.pinpipeline.lake.run;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The books of a dataset beside what its tables really hold.
 *
 * <p>Rows are counted by reading the key of every row, not by what the log says of files, so that a
 * file that is gone or damaged does not pass. Of dead letters those count that {@link
 * CountedDeadLetters} reads.
 *
 * @param dataset the dataset
 * @param books of all that its table says it holds, runs and stream
 * @param lastRun the last bounded run; empty if there is none
 * @param rows of its clean table
 * @param deadLettersByCode how many the table of dead letters holds of each code
 * @param pendingDeadLetters how many the stream has committed and not brought into that table yet
 */
public record LakeBooks(
    Dataset<?> dataset,
    Books books,
    Optional<RunReport> lastRun,
    long rows,
    SortedMap<String, Long> deadLettersByCode,
    long pendingDeadLetters) {

  private static final int MOST_ATTEMPTS = 5;

  /**
   * Reads the tables of a lake; datasets without a table are left out. It may be done beside runs
   * and a stream.
   *
   * @throws IOException if a table is not ours, or a file of it cannot be read
   */
  public static List<LakeBooks> read(Storage storage, Lake lake) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Map<Dataset<?>, CleanTable> tables = new LinkedHashMap<>();
      for (Dataset<?> dataset : Datasets.all()) {
        CleanTable table = CleanTable.open(storage, lake, dataset);
        if (table.snapshot().isPresent()) {
          tables.put(dataset, table);
        }
      }
      Optional<TableSnapshot> snapshot = DeltaTable.at(storage, lake.deadLetters()).latest();
      Map<String, SortedMap<String, Long>> letters = deadLetters(storage, lake, snapshot);
      if (stand(storage, lake, tables) || attempt == MOST_ATTEMPTS) {
        List<LakeBooks> books = new ArrayList<>();
        for (CleanTable table : tables.values()) {
          String name = table.dataset().name();
          books.add(
              new LakeBooks(
                  table.dataset(),
                  table.books(),
                  table.lastRun(),
                  rows(table.snapshot().orElseThrow(), table.dataset().key()),
                  letters.getOrDefault(name, new TreeMap<>()),
                  table.unsettledDeadLetters(snapshot)));
        }
        return books;
      }
    }
  }

  /** Whether the tables are still what they were before their dead letters were counted. */
  private static boolean stand(Storage storage, Lake lake, Map<Dataset<?>, CleanTable> tables)
      throws IOException {
    for (Dataset<?> dataset : Datasets.all()) {
      CleanTable before = tables.get(dataset);
      Optional<Long> version =
          before == null ? Optional.empty() : before.snapshot().map(TableSnapshot::version);
      if (!DeltaTable.at(storage, lake.silver(dataset.name()))
          .latest()
          .map(TableSnapshot::version)
          .equals(version)) {
        return false;
      }
    }
    return true;
  }

  private static long rows(TableSnapshot table, String key) throws IOException {
    long rows = 0;
    try (TableReader reader = table.read(List.of(key))) {
      while (reader.next()) {
        rows += reader.block().rows();
      }
    }
    return rows;
  }

  /** Of each dataset, how many of each code. */
  private static Map<String, SortedMap<String, Long>> deadLetters(
      Storage storage, Lake lake, Optional<TableSnapshot> letters) throws IOException {
    Map<String, SortedMap<String, Long>> counts = new HashMap<>();
    if (letters.isPresent()) {
      List<String> columns = List.of(DeadLetterTable.DATASET, DeadLetterTable.CODE);
      try (TableReader reader = CountedDeadLetters.read(storage, lake, letters.get(), columns)) {
        while (reader.next()) {
          BytesColumn datasets = (BytesColumn) reader.block().column(0);
          BytesColumn codes = (BytesColumn) reader.block().column(1);
          for (int row = 0; row < reader.block().rows(); row++) {
            counts
                .computeIfAbsent(datasets.string(row), dataset -> new TreeMap<>())
                .merge(codes.string(row), 1L, Long::sum);
          }
        }
      }
    }
    return counts;
  }

  /** What does not agree, in words with both numbers; empty where all does. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (!books.balance()) {
      faults.add(
          "the books do not balance: %d read, but %d clean + %d duplicates + %d dead letters = %d"
              .formatted(
                  books.read(),
                  books.clean(),
                  books.duplicates(),
                  books.deadLetters(),
                  books.clean() + books.duplicates() + books.deadLetters()));
    }
    lastRun
        .filter(run -> !run.books().balance())
        .ifPresent(
            run -> faults.add("the books of run " + run.run() + " do not balance: " + run.books()));
    if (rows != books.clean()) {
      faults.add(differ("clean rows", books.clean(), "table", rows));
    }
    long letters =
        deadLettersByCode.values().stream().mapToLong(Long::longValue).sum() + pendingDeadLetters;
    if (letters != books.deadLetters()) {
      faults.add(differ("dead letters", books.deadLetters(), "dead letters' table", letters));
    } else if (pendingDeadLetters == 0 && !deadLettersByCode.equals(books.deadLettersByCode())) {
      faults.add(
          "the books have the dead letters "
              + books.deadLettersByCode()
              + ", their table "
              + deadLettersByCode);
    }
    return faults;
  }

  private static String differ(String what, long expected, String where, long found) {
    return "the books have %d %s, the %s has %d (%d %s)"
        .formatted(
            expected,
            what,
            where,
            found,
            Math.abs(expected - found),
            found < expected ? "missing" : "too many");
  }
}
