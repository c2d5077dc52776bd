package io.pinpipeline.lake.run;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the dead letters that count: all but those of a run that the clean table of their dataset
 * does not hold, because it broke or was replaced.
 */
public final class CountedDeadLetters implements TableReader {

  private final TableReader whole;
  private final TableReader filtered;
  private TableReader current;

  private CountedDeadLetters(TableReader whole, TableReader filtered) {
    this.whole = whole;
    this.filtered = filtered;
    this.current = whole;
  }

  /**
   * Opens a version of the table of dead letters.
   *
   * @param columns as {@link TableSnapshot#read(List)} takes them
   * @throws TableException if the table, or a clean table, is not ours
   */
  public static TableReader read(
      Storage storage, Lake lake, TableSnapshot deadLetters, List<String> columns)
      throws IOException {
    deadLetters.requireSchema(DeadLetterTable.SCHEMA);
    Map<String, Set<String>> runs = new HashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      runs.put(dataset.name(), CleanTable.open(storage, lake, dataset).runs());
    }
    DeadLetterReader.Condition counts =
        (dataset, run) -> {
          Set<String> held = runs.get(dataset);
          return run == null || held == null || held.contains(run);
        };
    List<ActiveFile> whole = new ArrayList<>();
    List<ActiveFile> mixed = new ArrayList<>();
    for (ActiveFile file : deadLetters.files()) {
      Optional<DeadLetterOwner> owner = DeadLetterOwner.of(file);
      if (owner.isEmpty()) {
        mixed.add(file);
      } else if (counts.test(owner.get().dataset(), owner.get().run())) {
        whole.add(file);
      }
    }
    return new CountedDeadLetters(
        deadLetters.read(columns, whole),
        new DeadLetterReader(deadLetters, columns, mixed, counts));
  }

  /**
   * How many rows of the table do not count.
   *
   * @throws TableException if the table, or a clean table, is not ours
   */
  static long uncounted(Storage storage, Lake lake, TableSnapshot deadLetters) throws IOException {
    long counted = 0;
    try (TableReader rows = read(storage, lake, deadLetters, List.of(DeadLetterTable.DATASET))) {
      while (rows.next()) {
        counted += rows.block().rows();
      }
    }
    return deadLetters.size().rows() - counted;
  }

  @Override
  public boolean next() throws IOException {
    if (current == whole && whole.next()) {
      return true;
    }
    current = filtered;
    return filtered.next();
  }

  @Override
  public ColumnBlock block() {
    return current.block();
  }

  @Override
  public void close() throws IOException {
    try (whole) {
      filtered.close();
    }
  }
}
