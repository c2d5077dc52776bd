package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.job.BundleQueries;
import io.pinpipeline.bench.job.DuckDbQueries;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.bench.job.Job;
import io.pinpipeline.bench.job.Rounds;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Has contestants answer all questions from the tables of one lake. */
final class QueryRace {

  private static final List<String> DATASETS = List.of("pin", "geo", "user");
  private static final String VIEWS = "duckdb/views.sql";

  private final Home home;
  private final Race race;
  private final Path lake;
  private final Path script;
  private final Path answers;

  private QueryRace(Home home, Race race, Path lake, Path script, Path answers) {
    this.home = home;
    this.race = race;
    this.lake = lake;
    this.script = script;
    this.answers = answers;
  }

  /**
   * Cleans posts into a lake, which is what all of them ask.
   *
   * @param work a folder for the lake and for answers
   */
  static QueryRace prepare(Home home, Race race, Path input, Path work) throws IOException {
    Path lake = work.resolve("lake");
    race.run(
        Contestant.DIRECT,
        List.of(home.launcher().toString(), "clean", "--input=" + input, "--lake=" + lake));
    Path script = work.resolve("sql");
    QueryRace queries = new QueryRace(home, race, lake, script, work.resolve("answers"));
    queries.writeScript();
    return queries;
  }

  /** What DuckDB asks: the questions as they are published, of the files of the tables. */
  private void writeScript() throws IOException {
    Path queries = home.queries();
    Path questions = Files.createDirectories(script.resolve("questions"));
    StringBuilder begin = new StringBuilder("CREATE SCHEMA silver;\n");
    try (Storage storage = new LocalStorage()) {
      Lake tables = new Lake(Location.ofPath(lake));
      for (String dataset : DATASETS) {
        begin.append(
            "CREATE VIEW silver.%s AS FROM %s;%n"
                .formatted(dataset, Rows.from(Rows.filesOf(storage, tables.silver(dataset)))));
      }
    }
    Files.writeString(
        script.resolve("begin.sql"), begin + Files.readString(queries.resolve(VIEWS)));
    try (Stream<Path> files = Files.list(queries)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, questions.resolve(file.getFileName()));
      }
    }
  }

  /** Prepares cold rounds, as {@link Race#archiveClasses} does. */
  void archiveClasses(Contestant contestant) throws IOException {
    if (contestant.group() == Group.OURS) {
      race.run(
          contestant,
          List.of(home.launcher().toString(), "query", "--runner=" + contestant.label(), "--help"));
    } else {
      Files.deleteIfExists(race.archive(contestant));
      race.run(
          contestant,
          rounds(contestant, 1, "-XX:ArchiveClassesAtExit=" + race.archive(contestant)));
    }
  }

  /** A round in a process of its own, which is measured as a whole. */
  Measurement cold(Contestant contestant, int round) throws IOException {
    Folders.delete(answers);
    boolean ours = contestant.group() == Group.OURS;
    Race.Finished finished =
        race.run(
            contestant,
            ours
                ? List.of(
                    home.launcher().toString(),
                    "query",
                    "--runner=" + contestant.label(),
                    "--lake=" + lake,
                    "--format=json")
                : rounds(
                    contestant,
                    1,
                    "-XX:SharedArchiveFile=" + race.archive(contestant),
                    "-Xshare:auto",
                    "-Xlog:cds=off",
                    "-Xlog:cds+dynamic=off"));
    if (ours) {
      Files.createDirectories(answers);
      Files.writeString(answers.resolve("answers.json"), String.join("\n", finished.out()));
    }
    return new Measurement(
        contestant, true, round, finished.seconds(), finished.cpuSeconds(), finished.peakBytes());
  }

  /** A round in a process that has done the same a few times. */
  Measurement warm(Contestant contestant, int round, int warmups) throws IOException {
    return race.run(contestant, rounds(contestant, warmups + 1)).lastRound(contestant, round);
  }

  /** What a contestant answered in its last round. */
  Answers answers(Contestant contestant) throws IOException {
    return contestant.group() == Group.OURS
        ? Answers.ofFile(answers.resolve("answers.json"))
        : Answers.ofFolder(answers);
  }

  private List<String> rounds(Contestant contestant, int rounds, String... jvmArguments)
      throws IOException {
    boolean ours = contestant.group() == Group.OURS;
    Class<? extends Job> job = ours ? BundleQueries.class : DuckDbQueries.class;
    List<String> command = new ArrayList<>(race.java(contestant, List.of(jvmArguments)));
    command.add(Rounds.class.getName());
    command.add(job.getName());
    command.add((ours ? lake : script).toString());
    command.add(answers.toString());
    command.add(String.valueOf(rounds));
    if (ours) {
      command.add(contestant.label());
    }
    return command;
  }
}
