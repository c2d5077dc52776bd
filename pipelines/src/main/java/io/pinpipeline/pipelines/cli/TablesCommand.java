package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.TableSize;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists the tables of a lake. */
@Command(name = "tables", description = "Lists the tables of a lake: versions, rows, files, size.")
final class TablesCommand extends LakeCommand {

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    print(storage, lake, out());
    return 0;
  }

  static void print(Storage storage, Lake lake, PrintWriter out) throws IOException {
    TextTable table = new TextTable("table", "version", "rows", "files", "size", "location");
    for (Map.Entry<String, TableSnapshot> entry : tables(storage, lake).entrySet()) {
      TableSize size = entry.getValue().size();
      table.add(
          entry.getKey(),
          entry.getValue().version(),
          size.rows(),
          size.files(),
          TextTable.bytes(size.bytes()),
          entry.getKey().equals(DEAD_LETTERS) ? lake.deadLetters() : lake.silver(entry.getKey()));
    }
    table.print(out);
  }
}
