package io.pinpipeline.lake.run;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of the table of dead letters, which tell in their names whose they are. */
public final class DeadLetterFiles {

  private static final Pattern NAME =
      Pattern.compile("part-(?<dataset>[^-]+)-(?<run>\\d{8}T\\d{9}Z[0-9a-f]{8})-.*");

  private DeadLetterFiles() {}

  /** The run that wrote this file for the dataset; empty if none did. */
  static Optional<String> run(ActiveFile file, String dataset) {
    Matcher name = NAME.matcher(file.path());
    return name.matches() && name.group("dataset").equals(dataset)
        ? Optional.of(name.group("run"))
        : Optional.empty();
  }

  /** Those files of the table that count: all but what a broken run has left behind. */
  public static List<ActiveFile> counted(Storage storage, Lake lake, TableSnapshot deadLetters)
      throws IOException {
    List<ActiveFile> counted = new ArrayList<>(deadLetters.files());
    for (Dataset<?> dataset : Datasets.all()) {
      CleanTable table = CleanTable.open(storage, lake, dataset);
      counted.removeIf(
          file -> run(file, dataset.name()).filter(run -> !table.holds(run)).isPresent());
    }
    return counted;
  }
}
