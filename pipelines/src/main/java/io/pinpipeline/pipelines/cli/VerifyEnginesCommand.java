package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
import picocli.CommandLine.Spec;

/** Proves that every engine gives the same tables. */
@Command(
    name = "verify-engines",
    description = {
      "Cleans the same invented posts on every engine, each in a process of its own, and compares the"
          + " digests of all tables.",
      "Exit code 1 where one differs."
    })
final class VerifyEnginesCommand implements Callable<Integer> {

  /** Set by the launcher: what a process of an engine is started with. */
  private static final String LAUNCHER_PROPERTY = "pinpipeline.launcher";

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
      defaultValue = "direct,flink,spark",
      description = "Which engines, parted by commas (default: ${DEFAULT-VALUE}).")
  private List<String> engines;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String launcher = System.getProperty(LAUNCHER_PROPERTY);
    List<String> faults = new ArrayList<>();
    if (posts < 1 || posts > PostGenerator.MAX_POSTS) {
      faults.add("--posts: " + posts + " is not from 1 to " + PostGenerator.MAX_POSTS);
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
      Map<String, Map<String, String>> digests = new LinkedHashMap<>();
      for (String engine : engines) {
        Path lake = folder.resolve(engine);
        out.println(engine + " ...");
        clean(launcher, engine, input.path(), lake);
        digests.put(engine, DigestCommand.digests(storage, new Lake(Location.ofPath(lake))));
      }
      boolean equal = print(digests, out);
      out.println(
          String.format(
              Locale.ROOT,
              equal ? "%,d posts: every engine gives the same tables." : "%,d posts: they differ.",
              posts));
      return equal ? 0 : 1;
    } finally {
      delete(folder);
    }
  }

  private static void clean(String launcher, String engine, Path input, Path lake)
      throws IOException, InterruptedException {
    Path log = lake.resolveSibling(engine + ".log");
    Process process =
        new ProcessBuilder(
                launcher, "clean", "--runner=" + engine, "--input=" + input, "--lake=" + lake)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IOException(
          "clean on "
              + engine
              + " ended with exit code "
              + exitCode
              + " and said: "
              + Files.readString(log, StandardCharsets.UTF_8).strip());
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
