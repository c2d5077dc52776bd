package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.LakeBooks;
import io.pinpipeline.lake.run.RunReport;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the books of a lake, and holds them against its tables. */
@Command(
    name = "books",
    description = {
      "Shows the books of all that a lake holds, and checks them: read = clean + duplicates + dead"
          + " letters, and as many rows in the tables as the books say.",
      "The key of every row is read. Exit code 1 where something does not agree."
    })
final class BooksCommand extends LakeCommand {

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat format;

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    List<LakeBooks> books = read(storage, lake);
    if (format == OutputFormat.json) {
      printJson(books, out());
    } else {
      print(books, out());
    }
    requireAgreement(books);
    return 0;
  }

  /**
   * The books of each dataset that has a table.
   *
   * @throws IOException if there is none, or one cannot be read
   */
  static List<LakeBooks> read(Storage storage, Lake lake) throws IOException {
    List<LakeBooks> books = LakeBooks.read(storage, lake);
    if (books.isEmpty()) {
      tables(storage, lake); // says that there is no lake
    }
    return books;
  }

  /** Fails with all that does not agree, and by how much. */
  static void requireAgreement(List<LakeBooks> books) throws IOException {
    List<String> faults =
        books.stream()
            .flatMap(of -> of.faults().stream().map(fault -> of.dataset().name() + ": " + fault))
            .toList();
    if (!faults.isEmpty()) {
      throw new IOException(
          "The books and the tables do not agree. "
              + String.join("; ", faults)
              + ". Another program may have changed the tables: bring back what they held, or build"
              + " them anew with clean --fullRefresh.");
    }
  }

  static void print(List<LakeBooks> books, PrintWriter out) {
    Map<String, Books> byDataset = new LinkedHashMap<>();
    books.forEach(of -> byDataset.put(of.dataset().name(), of.books()));
    CleanJob.print(byDataset, out);
    for (LakeBooks of : books) {
      of.lastRun()
          .ifPresent(
              run ->
                  out.println(
                      of.dataset().name()
                          + ": last run "
                          + run.run()
                          + " at "
                          + run.committedAt()
                          + ": "
                          + run.books()));
    }
  }

  private static void printJson(List<LakeBooks> books, PrintWriter out) throws IOException {
    JsonText.print(
        out,
        json -> {
          for (LakeBooks of : books) {
            json.writeObjectFieldStart(of.dataset().name());
            JsonText.books(json, of.books());
            json.writeNumberField("rows", of.rows());
            if (of.lastRun().isPresent()) {
              RunReport run = of.lastRun().get();
              json.writeObjectFieldStart("lastRun");
              json.writeStringField("run", run.run());
              json.writeStringField("committedAt", run.committedAt());
              JsonText.books(json, run.books());
              json.writeEndObject();
            }
            json.writeArrayFieldStart("faults");
            for (String fault : of.faults()) {
              json.writeString(fault);
            }
            json.writeEndArray();
            json.writeEndObject();
          }
        });
  }
}
