package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.Vacuum;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.report.Figures;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final AgeOption age = new AgeOption();

  @Option(names = "--dryRun", description = "Names them only.")
  private boolean dryRun;

  @Override
  void check(List<String> faults) {
    age.check(faults);
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    vacuum(storage, lake, age, dryRun, out(), err());
    return 0;
  }

  /** Names what is old enough, and removes it. */
  static void vacuum(Storage storage, Lake lake, AgeOption age, PrintWriter out, PrintWriter err)
      throws IOException {
    vacuum(storage, lake, age, false, out, err);
  }

  private static void vacuum(
      Storage storage, Lake lake, AgeOption age, boolean dryRun, PrintWriter out, PrintWriter err)
      throws IOException {
    if (age.age().compareTo(Vacuum.DEFAULT_AGE) < 0) {
      err.println(
          "Warning: with --olderThan="
              + age
              + " a run that began longer ago than that and is still under way loses its files."
              + " Be sure that there is none.");
    }
    Vacuum vacuum = Vacuum.plan(storage, lake, Question.ids(), Clock.systemUTC(), age.age());
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
      table.print(out);
    }
    if (!dryRun) {
      vacuum.remove(storage);
    }
    out.println((dryRun ? "To be removed: " : "Removed: ") + total(vacuum.orphans()));
    if (!vacuum.young().isEmpty()) {
      out.println(
          "Left, because a run may be writing what is younger than "
              + age
              + ": "
              + total(vacuum.young()));
    }
    if (vacuum.uncountedDeadLetters() > 0) {
      out.println(
          "Left, because the next run of their dataset removes them: rows of "
              + DEAD_LETTERS
              + " that do not count: "
              + vacuum.uncountedDeadLetters());
    }
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
