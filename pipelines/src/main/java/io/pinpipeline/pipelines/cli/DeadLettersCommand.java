package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.CountedDeadLetters;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the records that could not be cleaned. */
@Command(
    name = "dead-letters",
    description = "Lists the records that could not be cleaned, and why.")
final class DeadLettersCommand extends LakeCommand {

  private static final int SHOWN_CHARACTERS = 200;

  @Option(
      names = "--code",
      paramLabel = "CODE",
      description = "Only this rejection code: ${COMPLETION-CANDIDATES}.")
  private @Nullable RejectionCode code;

  @Option(names = "--dataset", paramLabel = "NAME", description = "Only this dataset.")
  private @Nullable String dataset;

  @Option(names = "--count", description = "Counts them by dataset and code.")
  private boolean count;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Shows N at most (default: ${DEFAULT-VALUE}); 0 for all.")
  private long limit;

  @Option(names = "--raw", description = "Shows the whole original record.")
  private boolean raw;

  @Override
  void check(List<String> faults) {
    if (dataset != null) {
      try {
        Datasets.named(dataset);
      } catch (IllegalArgumentException e) {
        faults.add("--dataset: " + e.getMessage());
      }
    }
    if (limit < 0) {
      faults.add("--limit: " + limit + " is less than 0; 0 shows all");
    }
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    tables(storage, lake); // says so if there is no lake at all
    Optional<TableSnapshot> table = DeltaTable.at(storage, lake.deadLetters()).latest();
    if (table.isEmpty()) {
      out().println("There are no dead letters in " + lake.location() + ".");
      return 0;
    }
    Predicate<DeadLetter> wanted =
        letter ->
            (code == null || letter.code() == code)
                && (dataset == null || letter.dataset().equals(dataset));
    List<String> columns = DeadLetterTable.SCHEMA.columns().stream().map(ColumnSpec::path).toList();
    Map<String, Map<RejectionCode, Long>> counts = new TreeMap<>();
    long found = 0;
    try (TableReader rows = CountedDeadLetters.read(storage, lake, table.get(), columns)) {
      while (rows.next()) {
        for (int row = 0; row < rows.block().rows(); row++) {
          DeadLetter letter = DeadLetter.read(rows.block(), row);
          if (wanted.test(letter)) {
            found++;
            if (count) {
              counts
                  .computeIfAbsent(letter.dataset(), none -> new TreeMap<>())
                  .merge(letter.code(), 1L, Long::sum);
            } else if (limit == 0 || found <= limit) {
              print(letter);
            }
          }
        }
      }
    }
    if (count) {
      TextTable byCode = new TextTable("dataset", "code", "dead letters");
      counts.forEach(
          (name, codes) -> codes.forEach((key, number) -> byCode.add(name, key, number)));
      byCode.print(out());
    } else if (limit > 0 && found > limit) {
      out().println((found - limit) + " more; --limit=0 shows all, --count counts them");
    } else if (found == 0) {
      out().println("There are none.");
    }
    return 0;
  }

  private void print(DeadLetter letter) {
    out()
        .println(
            letter.dataset()
                + " "
                + letter.code()
                + ": "
                + letter.message()
                + "\n  from "
                + letter.origin()
                + (letter.partition() == null ? "" : " partition " + letter.partition())
                + " at "
                + letter.offset()
                + "\n  "
                + shown(letter.rawText()));
  }

  /** What a terminal can show: one line, and no control characters from outside. */
  private String shown(String text) {
    String cut =
        raw || text.length() <= SHOWN_CHARACTERS
            ? text
            : text.substring(0, SHOWN_CHARACTERS) + "...";
    return cut.replaceAll("\\p{Cntrl}", "\uFFFD");
  }
}
