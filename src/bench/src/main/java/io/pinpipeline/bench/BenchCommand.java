package io.pinpipeline.bench;

import io.pinpipeline.bench.cleaner.CleanerBenchmark;
import io.pinpipeline.core.generate.PostGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures our commands against peers that do the same job. */
@Command(
    name = "bench",
    description = {
      "Measures our commands against peers that do the same job on the same invented posts, in turn,"
          + " and checks that all have the same result.",
      "It wants a machine that does nothing else. Exit code 1 where a contestant's result is wrong."
    })
final class BenchCommand implements Callable<Integer> {

  /** What is measured. */
  enum Subject {
    CLEAN,
    STREAM,
    QUERY,
    SCALE,
    CLEANER
  }

  /** Set by the launcher. */
  private static final String LAUNCHER_PROPERTY = "pinpipeline.launcher";

  /** More arguments for every JVM, as the launcher takes them too. */
  private static final String JVM_ARGUMENTS = "PINPIPELINE_JVM_ARGS";

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WHAT",
      description = {
        "clean: files to tables, against native Spark, DuckDB and hand-written Java;",
        "stream: Kafka to tables, against native Flink and a plain consumer, and how long a record"
            + " takes to be visible;",
        "query: all questions at once, against DuckDB;",
        "scale: clean with more and more posts (up to --posts), cores and objects;",
        "cleaner: the cleaner alone, by JMH; of the options only --output has a meaning then."
      })
  private Subject subject = Subject.CLEAN;

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
              + " (default: ${DEFAULT-VALUE}). Streams are measured warm, scale cold.")
  private List<String> modes;

  @Option(
      names = "--latencySeconds",
      paramLabel = "S",
      defaultValue = "60",
      description =
          "Of streams: for how long pins are sent to each of ours, to see when they are in the"
              + " table; 0 for not at all (default: ${DEFAULT-VALUE}).")
  private int latencySeconds;

  @Option(
      names = "--latencyRate",
      paramLabel = "PINS",
      defaultValue = "0",
      description =
          "How many of them a second; 0 for half of the rate just measured (default:"
              + " ${DEFAULT-VALUE}).")
  private int latencyRate;

  @Option(
      names = "--contestants",
      paramLabel = "NAME",
      split = ",",
      description = "Who takes part, parted by commas; otherwise all who can.")
  private @Nullable List<String> contestants;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "benchmark",
      description =
          "A folder for the tables, and, while it runs, for posts and rows (default:"
              + " ${DEFAULT-VALUE}).")
  private Path output;

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
    Plan plan =
        new Plan(
            new Home(Path.of(launcher).toAbsolutePath().normalize()),
            chosen,
            posts,
            rounds,
            modes.contains(Plan.COLD),
            modes.contains(Plan.WARM),
            warmups,
            output,
            jvmArguments());
    return measure(plan, out) ? 0 : 1;
  }

  /** Whether all had the right result. */
  private boolean measure(Plan plan, PrintWriter out) throws IOException {
    switch (subject) {
      case CLEAN -> {
        return new CleanBenchmark(plan, out).run();
      }
      case STREAM -> {
        return new StreamBenchmark(plan, latencySeconds, latencyRate, out).run();
      }
      case QUERY -> {
        return new QueryBenchmark(plan, out).run();
      }
      case SCALE -> {
        return new ScaleBenchmark(plan, out).run();
      }
      case CLEANER -> CleanerBenchmark.run(out, output.resolve("cleaner.md"));
    }
    return true;
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
    if (latencySeconds < 0) {
      faults.add("--latencySeconds: " + latencySeconds + " is less than 0");
    }
    if (latencyRate < 0) {
      faults.add("--latencyRate: " + latencyRate + " is less than 0");
    }
    for (String mode : modes) {
      if (!mode.equals(Plan.COLD) && !mode.equals(Plan.WARM)) {
        faults.add("--modes: there is no mode '" + mode + "'; there are cold and warm");
      }
    }
    Set<Contestant> able = Contestant.of(subject);
    if (contestants == null) {
      chosen.addAll(able);
    } else {
      for (String name : contestants) {
        Contestant.named(name)
            .filter(able::contains)
            .ifPresentOrElse(
                chosen::add,
                () ->
                    faults.add(
                        "--contestants: there is no contestant '"
                            + name
                            + "'; there are "
                            + String.join(", ", able.stream().map(Contestant::label).toList())));
      }
    }
    if (Files.exists(output) && !Files.isDirectory(output)) {
      faults.add("--output: " + output + " is a file; name a folder");
    }
    if (launcher == null) {
      faults.add("bench runs from a checkout: ./pinpipeline bench");
    }
  }

  private static List<String> jvmArguments() {
    String arguments = System.getenv(JVM_ARGUMENTS);
    return arguments == null || arguments.isBlank()
        ? List.of()
        : List.of(arguments.strip().split("\\s+", -1));
  }
}
