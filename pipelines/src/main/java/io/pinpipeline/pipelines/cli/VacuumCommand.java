package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Vacuum;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.report.Figures;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes what killed runs left. */
@Command(
    name = "vacuum",
    description = {
      "Names and removes the files that killed runs and replaced rows left in a lake: data files and"
          + " ledgers that no table names, and unfinished writes.",
      "What a commit removed stays for the table's delta.deletedFileRetentionDuration, a week if it"
          + " is not set, for readers of earlier versions."
    })
final class VacuumCommand extends LakeCommand {

  @Option(
      names = "--olderThan",
      paramLabel = "DURATION",
      defaultValue = "7d",
      description =
          "Only what is older, such as 7d, 12h, 30m or P1DT12H (default: ${DEFAULT-VALUE}). No run"
              + " that is under way may have begun longer ago.")
  private String olderThan;

  @Option(names = "--dryRun", description = "Names them only.")
  private boolean dryRun;

  private Duration age = Vacuum.DEFAULT_AGE;

  @Override
  void check(List<String> faults) {
    age = Durations.parse("--olderThan", olderThan, Duration.ZERO, faults).orElse(age);
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    if (age.compareTo(Vacuum.DEFAULT_AGE) < 0) {
      err()
          .println(
              "Warning: with --olderThan="
                  + olderThan
                  + " a run that began longer ago than that and is still under way loses its files."
                  + " Be sure that there is none.");
    }
    Vacuum vacuum = Vacuum.plan(storage, lake, Question.ids(), Clock.systemUTC(), age);
    if (vacuum.orphans().isEmpty() && vacuum.young().isEmpty()) {
      tables(storage, lake); // says so if there is no lake at all
    }
    if (!vacuum.orphans().isEmpty()) {
      TextTable table = new TextTable("file", "size", "age", "location");
      for (Vacuum.Orphan orphan : vacuum.orphans()) {
        table.add(
            orphan.kind(),
            Figures.bytes(orphan.object().size()),
            age(vacuum.time(), orphan.object().modifiedMillis()),
            orphan.object().location());
      }
      table.print(out());
    }
    if (!dryRun) {
      vacuum.remove(storage);
    }
    out().println((dryRun ? "To be removed: " : "Removed: ") + total(vacuum.orphans()));
    if (!vacuum.young().isEmpty()) {
      out()
          .println(
              "Left, because a run may be writing what is younger than "
                  + olderThan
                  + ": "
                  + total(vacuum.young()));
    }
    if (vacuum.uncountedDeadLetters() > 0) {
      out()
          .println(
              "Left, because the next run of their dataset removes them: rows of "
                  + DEAD_LETTERS
                  + " that do not count: "
                  + vacuum.uncountedDeadLetters());
    }
    return 0;
  }

  private static String total(List<Vacuum.Orphan> orphans) {
    long bytes = orphans.stream().mapToLong(orphan -> orphan.object().size()).sum();
    return String.format(
        Locale.ROOT,
        "%,d file%s, %s",
        orphans.size(),
        orphans.size() == 1 ? "" : "s",
        Figures.bytes(bytes));
  }

  /** The largest two units that are not zero at the front, such as 9d 3h. */
  private static String age(Instant now, long modifiedMillis) {
    Duration age = Duration.between(Instant.ofEpochMilli(modifiedMillis), now);
    if (age.toDays() > 0) {
      return age.toDays() + "d " + age.toHoursPart() + "h";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h " + age.toMinutesPart() + "m";
    }
    return age.toMinutes() + "m " + age.toSecondsPart() + "s";
  }
}
