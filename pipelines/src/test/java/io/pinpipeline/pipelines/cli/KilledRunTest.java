package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableDigest;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.CountedDeadLetters;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of runs that are killed, or that meet. */
class KilledRunTest {

  private static final int MOMENTS = 10;

  @TempDir static Path quiet;

  private static Expected expected;
  private static Map<String, String> digests;
  private static long filesOfAQuietRun;
  @TempDir Path folder;

  @BeforeAll
  static void cleanQuietly() throws IOException {
    expected =
        Outcome.generate(
            quiet.resolve("input"),
            new PostGenerator(4, 400, Dirt.usual().withRepeated(0.3, 0.05).withOneBadIn(20)),
            new LinesLayout(2, false));
    Outcome.good("clean", "--input=" + quiet.resolve("input"), "--lake=" + quiet.resolve("lake"));
    digests = Outcome.digests(quiet.resolve("lake"));
    filesOfAQuietRun = files(quiet.resolve("lake"));
  }

  /** The moments are told by the files in the lake, half-written ones too. */
  @Test
  void givesTheTablesOfAQuietRunWhereverItIsKilled() throws Exception {
    int killed = 0;
    int committed = 0;
    for (int moment = 0; moment < MOMENTS; moment++) {
      Path lake = folder.resolve("lake-" + moment);
      long stage = 1 + moment * filesOfAQuietRun / MOMENTS;
      if (kill(start(lake), lake, stage)) {
        killed++;
      }
      committed += requireNothingHalfWritten(lake);

      Outcome.good("clean", "--input=" + quiet.resolve("input"), "--lake=" + lake);
      assertThat(Outcome.digests(lake)).as("killed at stage %s", stage).isEqualTo(digests);
      requireBooks(lake);
    }
    assertThat(killed).isGreaterThan(MOMENTS / 2);
    assertThat(committed).isBetween(1, MOMENTS * 3 - 1);
  }

  @Test
  void leavesNothingThatAVacuumDoesNotFind() throws Exception {
    int removed = 0;
    for (int moment = 0; moment < MOMENTS; moment += 3) {
      Path lake = folder.resolve("lake-" + moment);
      kill(start(lake), lake, 1 + moment * filesOfAQuietRun / MOMENTS);
      int committed = requireNothingHalfWritten(lake);
      List<Path> before = list(lake);
      assertThat(vacuum(lake).out()).contains("Removed: 0 files");
      assertThat(vacuum(lake, "--olderThan=0s", "--dryRun").out()).contains("To be removed: ");
      assertThat(list(lake)).isEqualTo(before);

      Outcome vacuum = vacuum(lake, "--olderThan=0s");
      assertThat(vacuum.err()).contains("Warning: with --olderThan=0s");
      List<Path> gone = new ArrayList<>(before);
      gone.removeAll(list(lake));
      removed += gone.size();
      assertThat(vacuum.out()).contains("Removed: " + gone.size() + " file");
      for (Path file : gone) {
        assertThat(vacuum.out()).contains(Location.ofPath(file).uri());
      }
      assertThat(requireNothingHalfWritten(lake)).isEqualTo(committed);
      assertThat(list(lake))
          .noneMatch(file -> file.getFileName().toString().startsWith(".unfinished-"));
      if (committed > 0) {
        assertThat(vacuum(lake, "--olderThan=0s").out()).contains("Removed: 0 files");
      }

      Outcome.good("clean", "--input=" + quiet.resolve("input"), "--lake=" + lake);
      assertThat(Outcome.digests(lake)).isEqualTo(digests);
    }
    assertThat(removed).isPositive();
  }

  private static Outcome vacuum(Path lake, String... options) {
    List<String> arguments = new ArrayList<>(List.of("vacuum", "--lake=" + lake));
    arguments.addAll(List.of(options));
    return Outcome.good(arguments.toArray(String[]::new));
  }

  /** All files but those of the tables' logs, which a vacuum leaves alone. */
  private static List<Path> list(Path lake) throws IOException {
    try (Stream<Path> files = Files.walk(lake)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().contains("_delta_log"))
          .sorted()
          .toList();
    }
  }

  private static Process start(Path lake) throws IOException {
    return start("--input=" + quiet.resolve("input"), "--lake=" + lake);
  }

  /** Begins a run in a process of its own. */
  static Process start(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "clean",
                "--enforceImmutability=false",
                "--enforceEncodability=false"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Kills a process once a folder has so many files; whether it was still at work. */
  private static boolean kill(Process process, Path lake, long stage)
      throws IOException, InterruptedException {
    boolean ended = false;
    while (!ended && files(lake) < stage) {
      ended = process.waitFor(1, TimeUnit.MILLISECONDS);
    }
    int exitCode = process.destroyForcibly().waitFor();
    assertThat(exitCode).isIn(0, 128 + 9);
    return exitCode != 0;
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (UncheckedIOException e) {
      return 0; // one was renamed meanwhile
    }
  }

  /** Returns how many clean tables there are. */
  private static int requireNothingHalfWritten(Path lake) {
    Outcome seen = Outcome.of("digest", "--lake=" + lake);
    if (seen.exitCode() != 0) {
      assertThat(seen.err()).contains("There are no tables in");
      return 0;
    }
    Map<String, String> tables = Outcome.digests(lake);
    String letters = Outcome.good("dead-letters", "--lake=" + lake, "--count").out();
    int clean = 0;
    for (RecordKind kind : RecordKind.values()) {
      String table = kind.dataset();
      if (tables.containsKey(table)) {
        clean++;
        assertThat(tables).containsEntry(table, digests.get(table));
      } else {
        assertThat(letters).doesNotContain(table + " ");
      }
    }
    if (clean == RecordKind.values().length) {
      assertThat(tables).isEqualTo(digests);
    }
    return clean;
  }

  private static void requireBooks(Path folder) throws IOException {
    Lake lake = new Lake(Location.ofPath(folder));
    try (Storage storage = new LocalStorage()) {
      for (RecordKind kind : RecordKind.values()) {
        Dataset<?> dataset = Datasets.named(kind.dataset());
        Tally tally = expected.of(kind);
        assertThat(CleanTable.open(storage, lake, dataset).books())
            .isEqualTo(
                new Books(
                    tally.read(),
                    tally.clean(),
                    tally.duplicates(),
                    tally.dead(),
                    tally.deadLetters()));
      }
      TableSnapshot letters = DeltaTable.at(storage, lake.deadLetters()).latest().orElseThrow();
      List<String> columns = List.of(DeadLetterTable.DATASET, DeadLetterTable.RUN);
      try (TableReader all = letters.read(columns);
          TableReader counted = CountedDeadLetters.read(storage, lake, letters, columns)) {
        assertThat(TableDigest.of(counted)).isEqualTo(TableDigest.of(all));
      }
    }
  }

  @Test
  void doublesNothingWhereTwoRunsMeet() throws Exception {
    Path lake = folder.resolve("lake");
    CyclicBarrier together = new CyclicBarrier(2);
    Callable<Outcome> run =
        () -> {
          together.await();
          return Outcome.of("clean", "--input=" + quiet.resolve("input"), "--lake=" + lake);
        };
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (Future<Outcome> future : threads.invokeAll(List.of(run, run))) {
        Outcome outcome = future.get();
        if (outcome.exitCode() != 0) {
          assertThat(outcome.exitCode()).isEqualTo(1);
          assertThat(outcome.err()).contains("Another run was committed", "run it again");
        }
      }
    } finally {
      threads.shutdownNow();
    }
    requireNothingHalfWritten(lake);
    Outcome.good("clean", "--input=" + quiet.resolve("input"), "--lake=" + lake);
    assertThat(Outcome.digests(lake)).isEqualTo(digests);
    // what the loser left behind goes with the next run that has something to commit
    Outcome.good("clean", "--input=" + quiet.resolve("input"), "--lake=" + lake, "--fullRefresh");
    assertThat(Outcome.digests(lake)).isEqualTo(digests);
    requireBooks(lake);
  }
}
