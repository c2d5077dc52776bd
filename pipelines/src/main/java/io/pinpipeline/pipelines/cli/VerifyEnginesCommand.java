package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.LocalProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Proves that every engine gives the same tables. */
@Command(
    name = "verify-engines",
    description = {
      "Cleans the same invented posts on every engine, each in a process of its own, and compares the"
          + " digests of all tables. A cluster is one of real processes on this machine.",
      "Exit code 1 where one differs or fails."
    })
final class VerifyEnginesCommand implements Callable<Integer> {

  /** Set by the launcher: what a process of an engine is started with. */
  private static final String LAUNCHER_PROPERTY = "pinpipeline.launcher";

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

  /** What is run on every engine. */
  @FunctionalInterface
  private interface Mode {
    /** The command and its options, but those of the engine. */
    List<String> command(Location input, Path lake);
  }

  private static final Mode CLEAN =
      (input, lake) -> List.of("clean", "--input=" + input.path(), "--lake=" + lake);

  @Override
  public Integer call() throws IOException {
    String launcher = System.getProperty(LAUNCHER_PROPERTY);
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
    if (launcher == null) {
      faults.add("verify-engines runs from a checkout: ./pinpipeline verify-engines");
    }
    if (!faults.isEmpty() || launcher == null) {
      throw new WrongUseException(String.join("\n  ", faults));
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("pinpipeline-engines-");
    try (Storage storage = new LocalStorage()) {
      Location input = Location.ofPath(folder.resolve("input"));
      GenerateCommand.write(storage, input, new PostGenerator(1, posts), new LinesLayout());
      return compare(CLEAN, chosen, input, Path.of(launcher), storage, folder, out) ? 0 : 1;
    } finally {
      delete(folder);
    }
  }

  /** Runs it on each engine; whether all of them gave the same tables. */
  private boolean compare(
      Mode mode,
      Set<VerifiedEngine> chosen,
      Location input,
      Path launcher,
      Storage storage,
      Path folder,
      PrintWriter out)
      throws IOException {
    Map<String, Map<String, String>> digests = new LinkedHashMap<>();
    List<String> failed = new ArrayList<>();
    for (VerifiedEngine engine : chosen) {
      Path lake = folder.resolve(engine.label());
      out.println(engine.label() + " ...");
      try {
        run(engine, mode.command(input, lake), launcher, folder.resolve(engine.label() + "-runs"));
        digests.put(
            engine.label(), DigestCommand.digests(storage, new Lake(Location.ofPath(lake))));
      } catch (IOException e) {
        out.println(engine.label() + " failed: " + e.getMessage());
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
  private static void run(VerifiedEngine engine, List<String> command, Path launcher, Path folder)
      throws IOException {
    try (VerifiedEngine.Started started = engine.start(launcher.resolveSibling(""), folder)) {
      List<String> all = new ArrayList<>(List.of(launcher.toString()));
      all.addAll(command);
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
  }

  /** Prints a row a table and a column an engine; whether all are the same. */
  private static boolean print(Map<String, Map<String, String>> digests, PrintWriter out) {
    Set<String> tables = new LinkedHashSet<>();
    digests.values().forEach(of -> tables.addAll(of.keySet()));
    List<String> titles = new ArrayList<>(List.of("table"));
    titles.addAll(digests.keySet());
    titles.add("");
    TextTable matrix = new TextTable(titles.toArray(String[]::new));
    boolean allEqual = true;
    for (String table : tables) {
      List<@Nullable String> of = new ArrayList<>();
      digests.values().forEach(engine -> of.add(engine.get(table)));
      boolean equal = of.stream().distinct().count() == 1;
      allEqual &= equal;
      List<Object> cells = new ArrayList<>(List.of(table));
      of.forEach(digest -> cells.add(digest == null ? "none" : digest.substring(0, 16)));
      cells.add(equal ? "equal" : "DIFFERENT");
      matrix.add(cells.toArray());
    }
    matrix.print(out);
    return allEqual;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
