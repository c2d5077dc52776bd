package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.cleaner.CleanerBenchmark;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.core.generate.PostGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures our {@code clean} against peers that do the same job. */
@Command(
    name = "bench",
    description = {
      "Measures clean on each engine against native Spark, DuckDB and hand-written Java that do the"
          + " same job on the same invented posts, in turn, and checks that all write the same rows.",
      "It wants a machine that does nothing else. Exit code 1 where a contestant's rows are wrong."
    })
final class BenchCommand implements Callable<Integer> {

  /** Set by the launcher. */
  private static final String LAUNCHER_PROPERTY = "pinpipeline.launcher";

  /** More arguments for every JVM, as the launcher takes them too. */
  private static final String JVM_ARGUMENTS = "PINPIPELINE_JVM_ARGS";

  private static final String COLD = "cold";
  private static final String WARM = "warm";

  private static final int ONE_DAMAGED_IN = 1000;
  private static final int FEW_POSTS = 2000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--posts",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many posts to invent; each is three records (default: ${DEFAULT-VALUE}).")
  private long posts;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "3",
      description = "How often each is measured (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warmups",
      paramLabel = "W",
      defaultValue = "3",
      description =
          "How often a warm process has done the same before it is measured (default:"
              + " ${DEFAULT-VALUE}).")
  private int warmups;

  @Option(
      names = "--modes",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "cold,warm",
      description =
          "cold: a process that does the job once, from its start to its end; warm: the job alone"
              + " (default: ${DEFAULT-VALUE}).")
  private List<String> modes;

  @Option(
      names = "--contestants",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "direct,flink,spark,spark-native,duckdb,limit,parse,parquet",
      description = "Who takes part, parted by commas (default: ${DEFAULT-VALUE}).")
  private List<String> contestants;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "benchmark",
      description =
          "A folder for the table, the chart, and, while it runs, for posts and rows (default:"
              + " ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--queries",
      description =
          "Measures query in place of clean: all questions at once, asked of the same tables by"
              + " ours and by DuckDB, and whether their answers agree row by row. Of the"
              + " contestants direct, flink, spark and duckdb can.")
  private boolean queries;

  @Option(
      names = "--cleaner",
      description =
          "Measures the cleaner alone, by JMH: bytes a second, nanoseconds and allocated bytes a"
              + " record. Of the other options only --output has a meaning then.")
  private boolean cleaner;

  @Override
  public Integer call() throws Exception {
    List<String> faults =
        new ArrayList<>(
            spec.commandLine().getParseResult().errors().stream()
                .map(Exception::getMessage)
                .toList());
    Set<Contestant> chosen = new LinkedHashSet<>();
    String launcher = System.getProperty(LAUNCHER_PROPERTY);
    if (faults.isEmpty()) {
      check(chosen, launcher, faults);
    }
    if (!faults.isEmpty() || launcher == null) {
      throw new ParameterException(spec.commandLine(), String.join("\n  ", faults));
    }
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(output);
    if (cleaner) {
      CleanerBenchmark.run(out, output.resolve("cleaner.md"));
      return 0;
    }
    Home home = new Home(Path.of(launcher).toAbsolutePath().normalize());
    return (queries ? raceOfQueries(home, chosen, out) : race(home, chosen, out)) ? 0 : 1;
  }

  private void check(Set<Contestant> chosen, @Nullable String launcher, List<String> faults) {
    if (posts < 1 || posts > PostGenerator.MAX_POSTS) {
      faults.add("--posts: " + posts + " is not from 1 to " + PostGenerator.MAX_POSTS);
    }
    if (rounds < 1) {
      faults.add("--rounds: " + rounds + " is less than 1");
    }
    if (warmups < 0) {
      faults.add("--warmups: " + warmups + " is less than 0");
    }
    for (String mode : modes) {
      if (!mode.equals(COLD) && !mode.equals(WARM)) {
        faults.add("--modes: there is no mode '" + mode + "'; there are cold and warm");
      }
    }
    for (String contestant : contestants) {
      Contestant.named(contestant)
          .ifPresentOrElse(
              chosen::add,
              () -> faults.add("--contestants: there is no contestant '" + contestant + "'"));
    }
    if (queries) {
      chosen.retainAll(QueryRace.CONTESTANTS);
      if (chosen.isEmpty()) {
        faults.add("--contestants: name one that answers questions: " + QueryRace.labels());
      }
    }
    if (Files.exists(output) && !Files.isDirectory(output)) {
      faults.add("--output: " + output + " is a file; name a folder");
    }
    if (launcher == null) {
      faults.add("bench runs from a checkout: ./pinpipeline bench");
    }
  }

  /** Whether all contestants wrote the right rows. */
  private boolean race(Home home, Set<Contestant> chosen, PrintWriter out) throws IOException {
    Path work = output.resolve("work").toAbsolutePath().normalize();
    Folders.delete(work);
    try {
      Path input = work.resolve("posts");
      out.printf(Locale.ROOT, "inventing %,d posts ...%n", posts);
      BenchData data = BenchData.generate(posts, oneDamagedIn(posts), input);
      Race race = new Race(home, input, work, jvmArguments());
      if (modes.contains(COLD)) {
        Path few = work.resolve("few-posts");
        BenchData.generate(FEW_POSTS, oneDamagedIn(FEW_POSTS), few);
        for (Contestant contestant : chosen) {
          out.println("preparing " + contestant.label() + " ...");
          race.archiveClasses(contestant, few);
        }
      }
      Report report = new Report(Machine.here(), data, posts, rounds, warmups);
      Map<Contestant, Rows> rows = new LinkedHashMap<>();
      for (int round = 1; round <= rounds; round++) {
        for (String mode : modes) {
          for (Contestant contestant : chosen) {
            Measurement measured =
                mode.equals(COLD)
                    ? race.cold(contestant, round)
                    : race.warm(contestant, round, warmups);
            report.add(measured);
            out.printf(
                Locale.ROOT,
                "round %d, %s %s: %.2f s%n",
                round,
                mode,
                contestant.label(),
                measured.seconds());
            judge(contestant, race.output(contestant), data, rows, report);
          }
        }
      }
      report.print(out);
      report.write(output);
      out.println("See also " + output.resolve(Report.TABLE) + " and " + Report.CHART + ".");
      return report.wrong().isEmpty();
    } finally {
      Folders.delete(work);
    }
  }

  /** Whether all contestants had the same answers. */
  private boolean raceOfQueries(Home home, Set<Contestant> chosen, PrintWriter out)
      throws IOException {
    Path work = output.resolve("work").toAbsolutePath().normalize();
    Folders.delete(work);
    try {
      Path input = work.resolve("posts");
      out.printf(Locale.ROOT, "inventing %,d posts, and cleaning them ...%n", posts);
      BenchData.generate(posts, oneDamagedIn(posts), input);
      QueryRace race =
          QueryRace.prepare(home, new Race(home, input, work, jvmArguments()), input, work);
      Folders.delete(input);
      if (modes.contains(COLD)) {
        for (Contestant contestant : chosen) {
          out.println("preparing " + contestant.label() + " ...");
          race.archiveClasses(contestant);
        }
      }
      QueryReport report = new QueryReport(Machine.here(), posts, rounds, warmups);
      Answers first = null;
      for (int round = 1; round <= rounds; round++) {
        for (String mode : modes) {
          for (Contestant contestant : chosen) {
            Measurement measured =
                mode.equals(COLD)
                    ? race.cold(contestant, round)
                    : race.warm(contestant, round, warmups);
            report.add(measured);
            Answers answers = race.answers(contestant);
            out.printf(
                Locale.ROOT,
                "round %d, %s %s: %.2f s, %d rows%n",
                round,
                mode,
                contestant.label(),
                measured.seconds(),
                answers.size());
            first = first == null ? answers : first;
            List<String> differences = answers.differences(first);
            if (!differences.isEmpty()) {
              report.wrong(contestant, differences);
            }
          }
        }
      }
      report.print(out);
      report.write(output);
      out.println("See also " + output.resolve(QueryReport.TABLE) + ".");
      return report.allAgree();
    } finally {
      Folders.delete(work);
    }
  }

  /** Checks the rows of a contestant against what was generated, and against those of the first. */
  private static void judge(
      Contestant contestant, Path lake, BenchData data, Map<Contestant, Rows> rows, Report report)
      throws IOException {
    if (contestant.group() == Group.FLOOR) {
      Folders.delete(lake);
      return;
    }
    Rows written = Rows.of(contestant, lake);
    Folders.delete(lake);
    List<String> faults = new ArrayList<>(written.faults(data));
    if (rows.isEmpty()) {
      rows.put(contestant, written);
    } else {
      Map.Entry<Contestant, Rows> first = rows.entrySet().iterator().next();
      written
          .differences(first.getValue())
          .forEach(difference -> faults.add(difference + " as " + first.getKey().label()));
    }
    if (!faults.isEmpty()) {
      report.wrong(contestant, faults);
    }
  }

  /** Few posts have more bad records, so that each way to be bad is there. */
  private static int oneDamagedIn(long posts) {
    return (int) Math.max(8, Math.min(ONE_DAMAGED_IN, posts / 50));
  }

  private static List<String> jvmArguments() {
    String arguments = System.getenv(JVM_ARGUMENTS);
    return arguments == null || arguments.isBlank()
        ? List.of()
        : List.of(arguments.strip().split("\\s+", -1));
  }
}
