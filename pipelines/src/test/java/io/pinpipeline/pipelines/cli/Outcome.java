package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.PostLayout;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a command ended that was run in this process, without the engine's checks of every element,
 * which are for the one test that asks for them.
 *
 * @param exitCode its exit code
 * @param out what it printed
 * @param err what it printed on standard error
 */
public record Outcome(int exitCode, String out, String err) {

  private static final List<String> STREAMS = List.of("stream", "archive", "demo");
  private static final List<String> RUNS =
      List.of("clean", "stream", "archive", "demo", "query", "report", "run-batch");

  public static Outcome of(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    if (RUNS.contains(arguments[0])
        && all.stream().noneMatch(argument -> argument.startsWith("--enforce"))) {
      all.add("--enforceImmutability=false");
      all.add("--enforceEncodability=false");
    }
    if (STREAMS.contains(arguments[0])) {
      // what the bundle of the direct runner sets
      all.add("--blockOnRun=false");
      all.add("--experiments=use_deprecated_read");
    }
    return bare(all.toArray(String[]::new));
  }

  /** As it is called. */
  static Outcome bare(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  /** A command that is to go well. */
  public static Outcome good(String... arguments) {
    Outcome outcome = of(arguments);
    assertThat(outcome.exitCode).as("%s", outcome).isZero();
    return outcome;
  }

  /** The digests of a lake's tables by name, as the command prints them. */
  public static Map<String, String> digests(Object lake) {
    return digests(lake, new String[0]);
  }

  public static Map<String, String> digests(Object lake, String... options) {
    List<String> arguments = new ArrayList<>(List.of("digest", "--lake=" + lake));
    arguments.addAll(List.of(options));
    return good(arguments.toArray(String[]::new))
        .out
        .lines()
        .map(line -> line.split(" ", -1))
        .collect(
            Collectors.toMap(
                parts -> parts[0], parts -> parts[1], (one, other) -> one, TreeMap::new));
  }

  /** Writes generated posts into a folder. */
  public static Expected generate(Path folder, PostGenerator generator, PostLayout layout)
      throws IOException {
    try (LocalStorage storage = new LocalStorage()) {
      return GenerateCommand.write(storage, Location.ofPath(folder), generator, layout);
    }
  }

  /** The books that a run over all of these records has to print. */
  public static String books(Expected expected) {
    TextTable table =
        new TextTable("books", "read", "=", "clean", "+", "duplicates", "+", "dead letters");
    List<String> codes = new ArrayList<>();
    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      table.add(
          kind.dataset(),
          tally.read(),
          "=",
          tally.clean(),
          "+",
          tally.duplicates(),
          "+",
          tally.dead());
      tally
          .deadLetters()
          .forEach((code, count) -> codes.add("  " + kind.dataset() + " " + code + " " + count));
    }
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    table.print(out);
    codes.forEach(out::println);
    return text.toString();
  }

  @Override
  public String toString() {
    return "exit code " + exitCode + "\n" + out + err;
  }
}
