package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.TableSize;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.report.Figures;
import io.pinpipeline.transforms.query.Question;
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
      add(entry.getKey(), entry.getValue(), location(lake, entry.getKey()), table);
    }
    for (Map.Entry<Question, TableSnapshot> entry : answers(storage, lake).entrySet()) {
      add(entry.getKey().id(), entry.getValue(), lake.gold(entry.getKey().id()), table);
    }
    table.print(out);
  }

  private static void add(String name, TableSnapshot table, Location location, TextTable to)
      throws IOException {
    TableSize size = table.size();
    to.add(name, table.version(), size.rows(), size.files(), Figures.bytes(size.bytes()), location);
  }
}
