package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.LocalProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Proves that every engine gives the same tables. */
@Command(
    name = "verify-engines",
    description = {
      "Cleans the same invented posts on every engine, from files and from Kafka, each in a process"
          + " of its own, and compares the digests of all tables. A cluster is one of real processes"
          + " on this machine.",
      "Exit code 1 where one differs or fails."
    })
final class VerifyEnginesCommand implements Callable<Integer> {

  /** Set by the launcher: what a process of an engine is started with. */
  private static final String CLEAN = "clean";

  private static final String STREAM = "stream";
  private static final String TOPICS = "posts";
  private static final int PARTITIONS = 4;

  /** Longer than any run should take; a run that hangs is a failure too. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  @Spec private CommandSpec spec;

  @Option(
      names = "--posts",
      paramLabel = "N",
      defaultValue = "20000",
      description = "How many posts to invent (default: ${DEFAULT-VALUE}).")
  private long posts;

  @Option(
      names = "--engines",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "direct,flink,flink-cluster,spark,spark-cluster",
      description = "Which engines, parted by commas (default: ${DEFAULT-VALUE}).")
  private List<String> engines;

  @Option(
      names = "--modes",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "clean,stream",
      description =
          "From files (clean), from topics of a Kafka broker that is started for it (stream), or"
              + " both (default: ${DEFAULT-VALUE}).")
  private List<String> modes;

  @Override
  public Integer call() throws IOException {
    String launcher = System.getProperty(Main.LAUNCHER_PROPERTY);
    List<String> faults = new ArrayList<>();
    if (posts < 1 || posts > PostGenerator.MAX_POSTS) {
      faults.add("--posts: " + posts + " is not from 1 to " + PostGenerator.MAX_POSTS);
    }
    Set<VerifiedEngine> chosen = new LinkedHashSet<>();
    for (String engine : engines) {
      VerifiedEngine.named(engine)
          .ifPresentOrElse(
              chosen::add, () -> faults.add("--engines: there is no engine '" + engine + "'"));
    }
    Map<String, List<String>> commands = new LinkedHashMap<>();
    for (String mode : modes) {
      if (!mode.equals(CLEAN) && !mode.equals(STREAM)) {
        faults.add("--modes: there is no mode '" + mode + "'; there are clean and stream");
      }
      commands.put(mode, List.of());
    }
    if (launcher == null) {
      faults.add("verify-engines runs from a checkout: ./pinpipeline verify-engines");
    }
    if (!faults.isEmpty() || launcher == null) {
      throw new WrongUseException(String.join("\n  ", faults));
    }
    PrintWriter out = spec.commandLine().getOut();
    PostGenerator generator = new PostGenerator(1, posts);
    try (TemporaryFolder temporary = new TemporaryFolder("pinpipeline-engines-");
        Storage storage = new LocalStorage();
        KafkaServer kafka =
            commands.containsKey(STREAM)
                ? KafkaServer.start(temporary.path().resolve("kafka"))
                : null) {
      Path folder = temporary.path();
      if (commands.containsKey(CLEAN)) {
        Location input = Location.ofPath(folder.resolve("input"));
        GenerateCommand.write(storage, input, generator, new LinesLayout());
        commands.put(CLEAN, List.of("clean", "--input=" + input.path()));
      }
      if (kafka != null) {
        TopicPosts.fill(kafka, TOPICS, PARTITIONS, generator);
        commands.put(
            STREAM,
            List.of(
                "stream",
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=" + TOPICS,
                "--commitInterval=2s",
                "--untilCaughtUp"));
      }
      return compare(commands, chosen, Path.of(launcher), storage, folder, out) ? 0 : 1;
    }
  }

  /** Runs the commands on each engine; whether all of them gave the same tables. */
  private boolean compare(
      Map<String, List<String>> commands,
      Set<VerifiedEngine> chosen,
      Path launcher,
      Storage storage,
      Path folder,
      PrintWriter out)
      throws IOException {
    Map<String, Map<String, String>> digests = new LinkedHashMap<>();
    List<String> failed = new ArrayList<>();
    for (VerifiedEngine engine : chosen) {
      Path runs = folder.resolve(engine.label() + "-runs");
      try (VerifiedEngine.Started started = engine.start(launcher.resolveSibling(""), runs)) {
        for (Map.Entry<String, List<String>> command : commands.entrySet()) {
          String name = engine.label() + " " + command.getKey();
          Path lake = folder.resolve(name.replace(' ', '-'));
          out.println(name + " ...");
          try {
            run(started, command.getValue(), lake, launcher, runs.resolve(command.getKey()));
            digests.put(name, DigestCommand.digests(storage, new Lake(Location.ofPath(lake))));
          } catch (IOException e) {
            out.println(name + " failed: " + e.getMessage());
            failed.add(name);
          }
        }
      } catch (IOException e) {
        out.println(engine.label() + " did not start: " + e.getMessage());
        failed.add(engine.label());
      }
    }
    boolean equal = print(digests, out);
    String verdict =
        failed.isEmpty()
            ? equal ? "every engine gives the same tables." : "they differ."
            : String.join(", ", failed) + " failed, see above.";
    out.println(String.format(Locale.ROOT, "%,d posts: %s", posts, verdict));
    return equal && failed.isEmpty();
  }

  /** Runs a command on an engine, through the launcher, which builds the engine's bundle. */
  private static void run(
      VerifiedEngine.Started started, List<String> command, Path lake, Path launcher, Path folder)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(launcher.toString()));
    all.addAll(command);
    all.add("--lake=" + lake);
    all.addAll(started.options());
    try (LocalProcess process =
        LocalProcess.start(folder, "pinpipeline", started.environment(), all)) {
      int exitCode = process.await(LONGEST);
      if (exitCode != 0) {
        throw new IOException(
            String.join(" ", all) + " ended with exit code " + exitCode + " " + process.said());
      }
    }
  }

  /** Prints a row an engine and mode and a column a table; whether all are the same. */
  private static boolean print(Map<String, Map<String, String>> digests, PrintWriter out) {
    Set<String> tables = new LinkedHashSet<>();
    digests.values().forEach(of -> tables.addAll(of.keySet()));
    List<String> titles = new ArrayList<>(List.of("tables of"));
    titles.addAll(tables);
    TextTable matrix = new TextTable(titles.toArray(String[]::new));
    digests.forEach(
        (run, of) -> {
          List<Object> cells = new ArrayList<>(List.of(run));
          for (String table : tables) {
            String digest = of.get(table);
            cells.add(digest == null ? "none" : digest.substring(0, 16));
          }
          matrix.add(cells.toArray());
        });
    List<Object> verdicts = new ArrayList<>(List.of(""));
    for (String table : tables) {
      boolean equal = digests.values().stream().map(of -> of.get(table)).distinct().count() == 1;
      verdicts.add(equal ? "equal" : "DIFFERENT");
    }
    matrix.add(verdicts.toArray());
    matrix.print(out);
    return !verdicts.contains("DIFFERENT");
  }
}
