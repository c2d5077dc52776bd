package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.TableDigest;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.CountedDeadLetters;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Prints a digest of each table's content. */
@Command(
    name = "digest",
    description = {
      "Prints a digest of the content of each table, equal for equal rows whatever their order and"
          + " files.",
      "It is over a table's own columns and _rescued, not over where rows came from; of dead letters"
          + " over dataset, code, field and the record."
    })
final class DigestCommand extends LakeCommand {

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    digests(storage, lake).forEach((table, digest) -> out().println(table + " " + digest));
    return 0;
  }

  /** The digest of each table of a lake, by the table's name. */
  static Map<String, String> digests(Storage storage, Lake lake) throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Map.Entry<String, TableSnapshot> table : tables(storage, lake).entrySet()) {
      digests.put(table.getKey(), digest(storage, lake, table.getKey(), table.getValue()));
    }
    return digests;
  }

  private static String digest(Storage storage, Lake lake, String name, TableSnapshot table)
      throws IOException {
    if (name.equals(DEAD_LETTERS)) {
      List<String> columns =
          List.of(
              DeadLetterTable.DATASET,
              DeadLetterTable.CODE,
              DeadLetterTable.FIELD,
              DeadLetterTable.RAW);
      try (TableReader rows = CountedDeadLetters.read(storage, lake, table, columns)) {
        return TableDigest.of(rows);
      }
    }
    List<String> columns =
        new ArrayList<>(
            Datasets.named(name).plan().ownColumns().columns().stream()
                .map(ColumnSpec::path)
                .toList());
    columns.add(Lineage.RESCUED);
    try (TableReader rows = table.read(columns)) {
      return TableDigest.of(rows);
    }
  }
}
