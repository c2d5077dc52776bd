package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.CleanRun;
import io.pinpipeline.pipelines.sink.FileForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.UserCodeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What a person is told where a command fails, and what is left then. */
class FailuresTest {

  private static final String GOOD = "{\"ind\":1,\"country\":\"Norway\"}\n".repeat(200);

  @TempDir Path folder;
  private Path input;
  private Path lake;

  @BeforeEach
  void makeInput() throws IOException {
    input = Files.createDirectories(folder.resolve("input"));
    lake = folder.resolve("lake");
    Files.writeString(input.resolve("geo-1.jsonl"), GOOD);
  }

  private Outcome clean() {
    return Outcome.of("clean", "--input=" + input, "--lake=" + lake);
  }

  private static void requireFailure(Outcome outcome, String... words) {
    assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).contains(words).doesNotContain("Exception", "\tat ");
    List<String> said = outcome.err().lines().filter(line -> !line.startsWith("run ")).toList();
    assertThat(said).hasSize(1);
    assertThat(said.get(0)).startsWith("pinpipeline: ");
  }

  /** Nothing counts that was not there before, and once it is mended, nothing is lost. */
  private void requireNothingLost() {
    assertThat(lake.resolve("silver/geo/_delta_log")).doesNotExist();
    Outcome again = clean();
    assertThat(again.exitCode()).as("%s", again).isZero();
    assertThat(again.out()).containsPattern("geo +200 += +1 +[+] +199 +[+] +0");
  }

  @Test
  void whereNoInputMatches() {
    requireFailure(
        Outcome.of("clean", "--input=" + input + "/*.csv", "--lake=" + lake),
        "No object matches the input " + input + "/*.csv",
        "Check its spelling");
    requireFailure(
        Outcome.of("clean", "--input=" + input + "," + folder + "/none", "--lake=" + lake),
        "No object matches the input " + folder + "/none");
    assertThat(lake).doesNotExist();
  }

  @Test
  void whereTheDatasetIsUnknown() throws IOException {
    for (int i = 0; i < 5; i++) {
      Files.writeString(input.resolve("board-" + i + ".json"), "{}");
    }
    requireFailure(clean(), "which dataset", "board-0.json", "and 2 more belong to", "--dataset");
    assertThat(lake).doesNotExist();
  }

  @Test
  void whereThereIsNoLake() {
    for (String command : List.of("tables", "digest", "dead-letters")) {
      requireFailure(
          Outcome.of(command, "--lake=" + lake), "There are no tables in", "pinpipeline clean");
    }
  }

  @Test
  void whereAFileStandsWhereTheLakeShouldBe() throws IOException {
    Files.writeString(lake, "a file");
    requireFailure(clean(), lake.toString(), "a file stands where a folder is needed");
    Files.delete(lake);
    Files.createDirectories(lake);
    Files.writeString(lake.resolve("silver"), "a file");
    requireFailure(clean(), "a file stands where a folder is needed");
    Files.delete(lake.resolve("silver"));
    Files.writeString(lake.resolve("dead_letter"), "a file");
    Files.writeString(input.resolve("geo-2.jsonl"), "{\n");
    requireFailure(clean(), "dead_letter", "a file stands where a folder is needed");
    Files.delete(lake.resolve("dead_letter"));
    Files.delete(input.resolve("geo-2.jsonl"));
    requireNothingLost();
  }

  @Test
  void whereTheTableIsAnothersOrNone() throws IOException {
    Location geo = Location.ofPath(lake.resolve("silver/geo"));
    Path file = lake.resolve("silver/geo/notes.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "mine");
    requireFailure(clean(), "is not a Delta table", "notes.txt");
    assertThat(file).hasContent("mine");
    Files.delete(file);
    try (Storage storage = new LocalStorage()) {
      DeltaTable.at(storage, geo)
          .create(Datasets.named("geo").schema(), List.of(), Map.of())
          .commit();
    }
    requireFailure(clean(), "not one that pinpipeline made", "Use another lake");
    assertThat(lake.resolve("silver/geo/_delta_log/00000000000000000001.json")).doesNotExist();
    assertThat(lake.resolve("books")).doesNotExist();
  }

  @Test
  void whereTheTableOfDeadLettersIsAnothers() throws IOException {
    Files.writeString(input.resolve("geo-2.jsonl"), "{\n");
    try (Storage storage = new LocalStorage()) {
      DeltaTable.at(storage, Location.ofPath(lake.resolve("dead_letter")))
          .create(Datasets.named("geo").schema(), List.of(), Map.of())
          .commit();
    }
    requireFailure(clean(), "dead_letter has other columns than expected");
    assertThat(lake.resolve("silver/geo/_delta_log")).doesNotExist();
  }

  @Test
  void whereALogIsDamaged() throws IOException {
    assertThat(clean().exitCode()).isZero();
    Path log = lake.resolve("silver/geo/_delta_log/00000000000000000000.json");
    Files.writeString(log, "{\"commitInfo\"");
    Files.writeString(input.resolve("geo-2.jsonl"), "{\"ind\":2}\n");
    requireFailure(clean(), "log in _delta_log is damaged");
    requireFailure(Outcome.of("tables", "--lake=" + lake), "log in _delta_log is damaged");
  }

  @Test
  void whereAGzipFileIsCut() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 5000; i++) {
        gzip.write(("{\"ind\":" + i * 7919 % 5003 + "}\n").getBytes(UTF_8));
      }
    }
    byte[] whole = bytes.toByteArray();
    Path cut = input.resolve("geo-2.jsonl.gz");
    for (int length : new int[] {0, 3, 10, whole.length / 2, whole.length - 1}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      requireFailure(clean(), cut.toString(), "gzip");
      assertThat(lake.resolve("silver/geo/_delta_log")).doesNotExist();
    }
    byte[] damaged = whole.clone();
    damaged[whole.length / 2] ^= 1;
    Files.write(cut, damaged);
    requireFailure(clean(), cut.toString(), "gzip");
    Files.writeString(cut, GOOD);
    requireFailure(clean(), cut.toString(), "is no gzip file, though its name ends in .gz");
    Files.delete(cut);
    requireNothingLost();
  }

  @Test
  void whereAnObjectIsGoneWhenItIsRead() throws IOException {
    Path gone = input.resolve("geo-2.jsonl");
    Files.writeString(gone, GOOD);
    requireFailure(
        afterPlanning(() -> Files.delete(gone)), gone.toString(), "there is no such file");
    requireNothingLost();
  }

  /** Its records would be missing, and its entry in the ledger wrong. */
  @Test
  void whereAnObjectHasBecomeShorterWhenItIsRead() throws IOException {
    Path cut = input.resolve("geo-2.jsonl");
    Files.writeString(cut, GOOD);
    requireFailure(
        afterPlanning(() -> Files.writeString(cut, GOOD.substring(0, 100))),
        cut.toString(),
        "changed");
    Files.delete(cut);
    requireNothingLost();
  }

  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  /** Runs clean, with a change of the input between planning and reading. */
  private Outcome afterPlanning(Change change) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    PrintWriter errors = new PrintWriter(err);
    CommandLine command = new CommandLine(CommandSpec.create()).setErr(errors);
    try (Storage storage = new LocalStorage()) {
      Lake at = new Lake(Location.ofPath(lake));
      CleanRun run =
          CleanRun.plan(
              storage,
              new CleanRun.Request(
                  input.toString(),
                  at,
                  null,
                  Datasets.all(),
                  false,
                  1 << 20,
                  new FileForm(ParquetSettings.Compression.SNAPPY, 1 << 20),
                  2),
              RunId.beginning(Instant.now()));
      change.make();
      new CleanJob(storage, at, PipelineOptionsFactory.create(), new PrintWriter(out), errors)
          .run(run);
      return new Outcome(0, out.toString(), err.toString());
    } catch (Exception e) {
      int exitCode = Failures.failed(e, command, command.parseArgs());
      return new Outcome(exitCode, out.toString(), err.toString());
    }
  }

  /** No file may have more than a MiB, which a shell sets: as on a disk that is full. */
  @Test
  void whereTheDiskIsFull() throws Exception {
    Path shell = Path.of("/bin/bash");
    assumeThat(shell).isExecutable();
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 30_000; i++) {
      text.append("{\"ind\":").append(i).append(",\"country\":\"");
      for (int part = 0; part < 6; part++) {
        text.append(Long.toHexString(random.nextLong()));
      }
      text.append("\"}\n");
    }
    Files.writeString(input.resolve("geo-2.jsonl"), text);
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                shell.toString(),
                "-c",
                "ulimit -f 1024; exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "clean",
                "--input=" + input,
                "--lake=" + lake,
                "--enforceImmutability=false",
                "--enforceEncodability=false")
            .redirectError(err.toFile())
            .start();
    int exitCode = process.waitFor();
    String said =
        Files.readString(err)
            .lines()
            .filter(line -> !line.startsWith("SLF4J"))
            .reduce("", (a, b) -> a + b + "\n");
    requireFailure(new Outcome(exitCode, "", said), "cannot write " + lake, "File too large");
    assertThat(files(lake)).noneMatch(file -> file.contains("unfinished"));
    Files.delete(input.resolve("geo-2.jsonl"));
    requireNothingLost();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).toList();
    }
  }

  @Test
  void showsAStackTraceOnlyWhereOneIsWanted() {
    Outcome outcome =
        Outcome.of("clean", "--input=" + folder + "/none", "--lake=" + lake, "--stacktrace");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("pinpipeline: No object").contains("\tat io.pinpipeline");
  }

  @Test
  void findsTheMessageWithinWhatEnginesWrapItIn() {
    IOException disk = new IOException("cannot write a: the disk of b is full; free some space");
    assertThat(said(new PipelineExecutionException(UserCodeException.wrap(disk))))
        .isEqualTo("pinpipeline: " + disk.getMessage());
    assertThat(said(new RuntimeException(new UncheckedIOException("wrapped", disk))))
        .isEqualTo("pinpipeline: " + disk.getMessage());
    assertThat(said(new IOException("java.lang.RuntimeException: x", new RuntimeException(disk))))
        .isEqualTo("pinpipeline: " + disk.getMessage());
    assertThat(said(new IOException(disk))).isEqualTo("pinpipeline: " + disk.getMessage());
    assertThat(said(new IOException("ours, with what to do", disk)))
        .isEqualTo("pinpipeline: ours, with what to do");
    assertThat(said(new RuntimeException(new NoSuchFileException("a", null, "it is gone"))))
        .isEqualTo("pinpipeline: a: it is gone");
    assertThat(said(new RuntimeException(new OutOfMemoryError("Java heap space"))))
        .contains("PINPIPELINE_JVM_ARGS=-Xmx2g");
    assertThat(said(new IllegalStateException("none of ours"))).contains("none of ours");
  }

  private static String said(Exception failure) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(CommandSpec.create()).setErr(new PrintWriter(err));
    assertThat(Failures.failed(failure, command, command.parseArgs())).isEqualTo(1);
    return err.toString().strip();
  }
}
