package io.pinpipeline.pipelines.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.CountedDeadLetters;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.source.kinesis.ShardReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells where the rows of a post came from. */
@Command(
    name = "trace",
    description = {
      "Tells where the rows of a post came from: record, run and commit.",
      "Tells of its records that could not be cleaned, too."
    })
final class TraceCommand extends LakeCommand {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--ind", required = true, paramLabel = "N", description = "The key of the post.")
  private long ind;

  @Option(names = "--dataset", paramLabel = "NAME", description = "Only this dataset.")
  private @Nullable String dataset;

  @Override
  void check(List<String> faults) {
    if (dataset != null) {
      try {
        Datasets.named(dataset);
      } catch (IllegalArgumentException e) {
        faults.add("--dataset: " + e.getMessage());
      }
    }
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    tables(storage, lake); // says so if there is no lake at all
    int found = 0;
    for (Dataset<?> one : Datasets.all()) {
      if (dataset == null || one.name().equals(dataset)) {
        found += rows(CleanTable.open(storage, lake, one));
      }
    }
    found += deadLetters(storage, lake);
    if (found == 0) {
      out()
          .println(
              "There is neither a row nor a dead letter of "
                  + (dataset == null ? "" : dataset + " ")
                  + ind
                  + " in "
                  + lake.location()
                  + ".");
    }
    return 0;
  }

  private int rows(CleanTable table) throws IOException {
    if (table.snapshot().isEmpty()) {
      return 0;
    }
    TableSnapshot snapshot = table.snapshot().get();
    String key = table.dataset().key();
    List<ActiveFile> files =
        snapshot.files().stream().filter(file -> file.mayHold(key, ind)).toList();
    int[] found = {0};
    snapshot.readEach(
        List.of(key, Lineage.ORIGIN, Lineage.PARTITION, Lineage.OFFSET),
        files,
        (file, rows) -> {
          for (int row = 0; row < rows.rows(); row++) {
            Values values = new Values(rows, row);
            if (values.longAt(0) == ind) {
              found[0]++;
              out().println(table.dataset() + " " + ind);
              printOrigin(values.stringAt(1), values.intAt(2), values.longAt(3));
              printWriter(table, snapshot, file);
            }
          }
        });
    return found[0];
  }

  private void printOrigin(@Nullable String origin, @Nullable Integer partition, long offset) {
    out().println("  from " + origin(String.valueOf(origin), partition, offset));
  }

  private static String origin(String origin, @Nullable Integer partition, long offset) {
    if (partition == null) {
      return origin + " at byte " + offset;
    }
    return ShardReader.place(origin, partition, offset)
        .orElse("topic " + origin + " partition " + partition + " at offset " + offset);
  }

  private void printWriter(CleanTable table, TableSnapshot snapshot, ActiveFile file)
      throws IOException {
    Optional<RunId> run = RunId.ofCleanFile(file);
    out()
        .println(
            run.map(id -> "  by " + (table.streamId().equals(run) ? "stream " : "run ") + id)
                .orElse("  by another program, which wrote the file anew"));
    out()
        .println(
            snapshot
                .addedBy(file)
                .map(commit -> "  committed " + commit.at() + " as version " + commit.version())
                .orElse("  committed before the log's oldest entry"));
    out().println("  in " + file.path());
  }

  private int deadLetters(Storage storage, Lake lake) throws IOException {
    Optional<TableSnapshot> table = DeltaTable.at(storage, lake.deadLetters()).latest();
    if (table.isEmpty()) {
      return 0;
    }
    int found = 0;
    List<String> columns = DeadLetterTable.SCHEMA.columns().stream().map(ColumnSpec::path).toList();
    try (TableReader rows = CountedDeadLetters.read(storage, lake, table.get(), columns)) {
      while (rows.next()) {
        for (int row = 0; row < rows.block().rows(); row++) {
          DeadLetter letter = DeadLetter.read(rows.block(), row);
          if ((dataset == null || letter.dataset().equals(dataset)) && isOfPost(letter)) {
            found++;
            out().println("dead letter of " + letter.dataset() + " " + ind);
            out().println("  " + letter.code() + ": " + letter.message());
            printOrigin(letter.origin(), letter.partition(), letter.offset());
            out().println("  rejected " + letter.rejectedAt() + " by " + letter.run());
          }
        }
      }
    }
    return found;
  }

  /** Whether the record says that it is of the post; one that is no JSON says nothing. */
  private boolean isOfPost(DeadLetter letter) {
    String text = letter.rawText();
    if (!text.contains(Long.toString(ind))) {
      return false;
    }
    try {
      JsonNode key = JSON.readTree(text).path(Datasets.named(letter.dataset()).plan().keyField());
      return key.asText().equals(Long.toString(ind));
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
