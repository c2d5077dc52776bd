package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** A command over a lake. It checks all of its options before it does anything. */
abstract class LakeCommand implements Callable<Integer> {

  /** The name of the table of dead letters, as people see it. */
  static final String DEAD_LETTERS = "dead_letter";

  @Spec private CommandSpec spec;

  @Option(
      names = "--lake",
      required = true,
      paramLabel = "URI",
      description = "Where the tables are: a folder, or s3://bucket/prefix.")
  private String lake;

  @Unmatched private final List<String> others = new ArrayList<>();
  private final BeamArguments beam = new BeamArguments(others);

  @Override
  public final Integer call() throws Exception {
    List<String> faults = new ArrayList<>(beam.faults(spec.commandLine()));
    Location location = null;
    try {
      location = Location.parse(lake);
    } catch (IllegalArgumentException e) {
      faults.add("--lake: " + e.getMessage());
    }
    check(faults);
    if (!faults.isEmpty() || location == null) {
      throw new WrongUseException(String.join("\n  ", faults));
    }
    try (Storage storage = beam.storage()) {
      return run(storage, new Lake(location));
    }
  }

  /** Adds what is wrong with the command's own options. */
  void check(List<String> faults) {}

  /** Does the work; the exit code. */
  abstract int run(Storage storage, Lake lakeAt) throws Exception;

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final BeamArguments beam() {
    return beam;
  }

  /** The tables of answers that a lake has. */
  static Map<Question, TableSnapshot> answers(Storage storage, Lake lake) throws IOException {
    Map<Question, TableSnapshot> tables = new EnumMap<>(Question.class);
    for (Question question : Question.values()) {
      DeltaTable.at(storage, lake.gold(question.id()))
          .latest()
          .ifPresent(table -> tables.put(question, table));
    }
    return tables;
  }

  /** Where a clean table is, or that of dead letters. */
  static Location location(Lake lake, String table) {
    return table.equals(DEAD_LETTERS) ? lake.deadLetters() : lake.silver(table);
  }

  /**
   * The clean tables of a lake and that of its dead letters, by name.
   *
   * @throws IOException if there are none
   */
  static Map<String, TableSnapshot> tables(Storage storage, Lake lake) throws IOException {
    Map<String, TableSnapshot> tables = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      Optional<TableSnapshot> table = DeltaTable.at(storage, lake.silver(dataset.name())).latest();
      table.ifPresent(snapshot -> tables.put(dataset.name(), snapshot));
    }
    DeltaTable.at(storage, lake.deadLetters())
        .latest()
        .ifPresent(snapshot -> tables.put(DEAD_LETTERS, snapshot));
    if (tables.isEmpty()) {
      throw new IOException(
          "There are no tables in "
              + lake.location()
              + ". Make some with: pinpipeline clean --input=... --lake="
              + lake.location());
    }
    return tables;
  }
}
