package io.pinpipeline.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.PostLayout;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.S3SinkLayout;
import io.pinpipeline.core.generate.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CleanCommandTest {

  private static final Dirt DIRT =
      Dirt.usual().withRepeated(0.2, 0.02).withOneBadIn(20).withOneOversizedIn(400, 1_100_000);
  private static final PostGenerator POSTS = new PostGenerator(3, 1500, DIRT);

  /** Posts as one file a dataset, and what becomes of them in one run. */
  @TempDir static Path quiet;

  private static Expected expected;
  private static Map<String, String> digests;
  @TempDir Path folder;

  @BeforeAll
  static void cleanInOneRun() throws IOException {
    expected = Outcome.generate(quiet.resolve("input"), POSTS, new LinesLayout());
    Outcome outcome =
        Outcome.good(
            "clean", "--input=" + quiet.resolve("input"), "--lake=" + quiet.resolve("lake"));
    assertThat(outcome.out()).isEqualTo(Outcome.books(expected));
    digests = Outcome.digests(quiet.resolve("lake"));
    assertThat(digests).containsOnlyKeys("pin", "geo", "user", "dead_letter");
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private Outcome clean(Object input, String... more) {
    return Outcome.good(
        Stream.concat(Stream.of("clean", "--input=" + input, "--lake=" + lake()), Stream.of(more))
            .toArray(String[]::new));
  }

  private Map<String, String> digests() {
    return Outcome.digests(lake());
  }

  @Test
  void passesTheChecksOfTheEngine() {
    Outcome outcome =
        clean(quiet.resolve("input"), "--enforceImmutability=true", "--enforceEncodability=true");
    assertThat(outcome.out()).isEqualTo(Outcome.books(expected));
    assertThat(digests()).isEqualTo(digests);
  }

  static List<Arguments> layouts() {
    return List.of(
        Arguments.of("4 files", new LinesLayout(4, false)),
        Arguments.of("gzip", new LinesLayout(1, true)),
        Arguments.of("3 gzipped files", new LinesLayout(3, true)),
        Arguments.of("an S3 sink's", new S3SinkLayout("mine", 3, 100)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layouts")
  void givesTheSameTablesWhateverTheLayout(String name, PostLayout layout) throws IOException {
    assertThat(Outcome.generate(folder.resolve("input"), POSTS, layout)).isEqualTo(expected);
    assertThat(clean(folder.resolve("input")).out()).isEqualTo(Outcome.books(expected));
    assertThat(digests()).isEqualTo(digests);
  }

  @Test
  void takesObjectsOfOneRecord() throws IOException {
    PostGenerator posts = new PostGenerator(5, 60, DIRT);
    PostLayout layout = new S3SinkLayout("0123abcd", 2, 1);
    Expected made = Outcome.generate(folder.resolve("input"), posts, layout);
    assertThat(clean(folder.resolve("input")).out()).isEqualTo(Outcome.books(made));
    Map<String, String> one = digests();
    Outcome.generate(folder.resolve("lines"), posts, new LinesLayout());
    clean(folder.resolve("lines"), "--fullRefresh");
    assertThat(digests()).isEqualTo(one);
  }

  @Test
  void givesTheSameTablesWhateverTheFilesAreLike() {
    clean(quiet.resolve("input"), "--compression=zstd", "--targetFileBytes=1048576");
    assertThat(digests()).isEqualTo(digests);
  }

  @Test
  void takesNothingTwice() throws IOException {
    clean(quiet.resolve("input"));
    List<Path> before = files();
    Outcome again = clean(quiet.resolve("input"));
    assertThat(again.out())
        .isEqualToIgnoringNewLines(
            "Nothing new: every object of the input is in the tables already.");
    assertThat(again.err()).contains("pin: 1 objects were taken by earlier runs");
    assertThat(files()).isEqualTo(before);
    assertThat(digests()).isEqualTo(digests);
  }

  /** The datasets share the table of dead letters, and nothing else. */
  @Test
  void cleansDatasetsSideBySide() throws Exception {
    List<String> datasets = List.of("pin", "geo", "user");
    CyclicBarrier together = new CyclicBarrier(datasets.size());
    ExecutorService threads = Executors.newFixedThreadPool(datasets.size());
    try {
      List<Future<Outcome>> runs = new ArrayList<>();
      for (String dataset : datasets) {
        runs.add(
            threads.submit(
                () -> {
                  together.await();
                  return clean(quiet.resolve("input"), "--only=" + dataset);
                }));
      }
      for (Future<Outcome> run : runs) {
        assertThat(run.get().exitCode()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(digests()).isEqualTo(digests);
    assertThat(Outcome.good("books", "--lake=" + lake()).out()).startsWith(Outcome.books(expected));
  }

  @Test
  void leavesOtherDatasetsToOtherRuns() throws IOException {
    Outcome geo = clean(quiet.resolve("input"), "--only=geo", "--format=json");
    Tally tally = expected.of(RecordKind.GEO);
    assertThat(geo.out().replaceAll("\\s", ""))
        .startsWith("{\"geo\":{\"run\":\"2")
        .contains("\"read\":" + tally.read() + ",\"clean\":" + tally.clean() + ",");
    assertThat(digests()).containsOnlyKeys("geo", "dead_letter");
    assertThat(clean(quiet.resolve("input"), "--only=geo").out()).startsWith("Nothing new: ");
    assertThat(clean(quiet.resolve("input"), "--only=geo", "--format=json").out().strip())
        .isEqualTo("{ }");
    assertThat(clean(quiet.resolve("input") + "/geo*", "--only=pin").out())
        .startsWith("Nothing to take: ");
    clean(quiet.resolve("input"));
    assertThat(digests()).isEqualTo(digests);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(lake())) {
      return files.sorted().toList();
    }
  }

  /**
   * Objects that arrive later come later in order too, so the runs together give what one run over
   * all of them gives: the second half's repeats of the first are found in the table.
   */
  @Test
  void addsWhatIsNewRunByRun() throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, POSTS, new LinesLayout(4, false));
    clean(input + "/*-000[12].jsonl");
    assertThat(digests()).isNotEqualTo(digests);
    clean(input + "/*-0003.jsonl");
    Outcome last = clean(input);
    assertThat(last.err()).contains("user: 3 objects were taken by earlier runs");
    assertThat(last.out()).contains("CONFLICTING_DUPLICATE");
    assertThat(digests()).isEqualTo(digests);
  }

  /**
   * Arrival is the order of runs first. Where a later run brings an object whose name sorts before
   * those of an earlier one, what was in the table stays: another record of a conflicting pair than
   * in one run over both. As many rows and dead letters come out, and the same keys.
   */
  @Test
  void letsTheFirstRunWinWhateverTheNames() throws IOException {
    Path input = folder.resolve("input");
    Files.createDirectories(input);
    String first = "{\"ind\":1,\"country\":\"Norway\"}\n";
    String other = "{\"ind\":1,\"country\":\"Chile\"}\n";
    Files.writeString(input.resolve("geo-2.jsonl"), first);
    clean(input);
    Map<String, String> before = digests();
    Files.writeString(input.resolve("geo-1.jsonl"), other + first);
    Outcome later = clean(input);
    assertThat(later.out())
        .containsPattern("geo +2 +[=] +0 +[+] +1 +[+] +1")
        .contains("geo CONFLICTING_DUPLICATE 1");
    assertThat(digests()).containsEntry("geo", before.get("geo"));

    clean(input, "--fullRefresh");
    assertThat(digests().get("geo")).isNotEqualTo(before.get("geo"));
  }

  @Test
  void refusesAnObjectThatHasChanged() throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, POSTS, new LinesLayout());
    clean(input);
    Path geo = input.resolve("geo.jsonl");
    Files.writeString(geo, "{\"ind\":1}\n", UTF_8, StandardOpenOption.APPEND);
    Outcome refused = Outcome.of("clean", "--input=" + input, "--lake=" + lake());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains("geo.jsonl has changed since it was taken into")
        .contains("--fullRefresh");
    assertThat(digests()).isEqualTo(digests);
  }

  @Test
  void buildsTheTablesAnewInOneCommitEach() throws IOException {
    Path other = folder.resolve("other");
    Outcome.generate(other, new PostGenerator(9, 700, DIRT), new LinesLayout());
    clean(other);
    clean(quiet.resolve("input"), "--fullRefresh");
    assertThat(digests()).isEqualTo(digests);
    for (String table : List.of("pin", "geo", "user")) {
      assertThat(lake().resolve("silver/" + table + "/_delta_log/00000000000000000001.json"))
          .exists();
      assertThat(lake().resolve("silver/" + table + "/_delta_log/00000000000000000002.json"))
          .doesNotExist();
    }
    clean(quiet.resolve("input"), "--fullRefresh");
    assertThat(digests()).isEqualTo(digests);
    // what was taken before the refresh is not in the tables any more
    assertThat(clean(other).out()).contains("books");
  }

  @Test
  void takesWhatDatasetsThereAre() {
    Outcome outcome = clean(quiet.resolve("input/user.jsonl"));
    assertThat(outcome.out()).contains("user").doesNotContain("pin").doesNotContain("geo");
    assertThat(digests()).containsEntry("user", digests.get("user")).doesNotContainKey("pin");
    clean(quiet.resolve("input/pin.jsonl") + ", " + quiet.resolve("input/geo.jsonl"));
    assertThat(digests()).isEqualTo(digests);
  }

  @Test
  void takesPatterns() {
    String input = quiet.resolve("input").toString();
    clean("%1$s/{pin,geo}.jsonl, %1$s/**u?er.*,file:%1$s/[u]*".formatted(input));
    assertThat(digests()).isEqualTo(digests);
  }

  @Test
  void takesOneDatasetWhateverTheNames() throws IOException {
    Files.copy(quiet.resolve("input/geo.jsonl"), folder.resolve("positions.txt"));
    clean(folder.resolve("positions.txt"), "--dataset=geo");
    assertThat(digests()).containsEntry("geo", digests.get("geo"));
  }

  @Test
  void takesEmptyObjects() throws IOException {
    Path input = folder.resolve("input");
    Files.createDirectories(input);
    Files.createFile(input.resolve("pin-1.json"));
    Files.writeString(input.resolve("pin-2.json"), "\n \n\n");
    Outcome outcome = clean(input);
    assertThat(outcome.out()).containsPattern("pin +0 += +0 ");
    assertThat(clean(input).out()).contains("Nothing new");
    assertThat(Outcome.good("tables", "--lake=" + lake()).out()).contains("pin");
    assertThat(Outcome.good("dead-letters", "--lake=" + lake()).out())
        .contains("There are no dead letters");
  }

  @Test
  void passesOverHiddenFiles() throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, POSTS, new LinesLayout());
    Files.writeString(input.resolve("_SUCCESS"), "");
    Files.writeString(input.resolve(".pin.jsonl.crc"), "crc");
    Files.createDirectories(input.resolve("_temporary"));
    Files.writeString(input.resolve("_temporary/pin.jsonl"), "{");
    clean(input);
    assertThat(digests()).isEqualTo(digests);
  }

  @Test
  void listsTables() {
    String tables = Outcome.good("tables", "--lake=" + quiet.resolve("lake")).out();
    assertThat(tables.lines()).hasSize(5);
    assertThat(tables)
        .containsPattern(
            "geo +0 +" + grouped(expected.of(io.pinpipeline.core.generate.RecordKind.GEO).clean()));
  }

  private static String grouped(long number) {
    return String.format(java.util.Locale.ROOT, "%,d", number);
  }

  @Test
  void listsDeadLetters() {
    String lake = "--lake=" + quiet.resolve("lake");
    String counted = Outcome.good("dead-letters", lake, "--count").out();
    Map<String, Long> counts = new TreeMap<>();
    counted
        .lines()
        .skip(1)
        .map(line -> line.split(" +", -1))
        .forEach(
            parts ->
                counts.put(parts[0] + " " + parts[1], Long.parseLong(parts[2].replace(",", ""))));
    Map<String, Long> made = new TreeMap<>();
    expected
        .tallies()
        .forEach(
            (kind, tally) ->
                tally
                    .deadLetters()
                    .forEach((code, count) -> made.put(kind.dataset() + " " + code, count)));
    assertThat(counts).isEqualTo(made);

    long all = made.values().stream().mapToLong(Long::longValue).sum();
    assertThat(Outcome.good("dead-letters", lake).out())
        .contains((all - 20) + " more; --limit=0 shows all");
    String shown =
        Outcome.good(
                "dead-letters",
                lake,
                "--limit=0",
                "--raw",
                "--dataset=geo",
                "--code=BAD_COORDINATE")
            .out();
    assertThat(shown.lines()).hasSize((int) (3 * made.get("geo BAD_COORDINATE")));
    assertThat(shown.lines().filter(line -> !line.startsWith(" ")))
        .allMatch(line -> line.startsWith("geo BAD_COORDINATE: "));
    assertThat(Outcome.good("dead-letters", lake, "--dataset=geo", "--code=BAD_AGE").out())
        .contains("There are none.");
  }

  @Test
  void generatesWhatItSays() {
    Path input = folder.resolve("input");
    Outcome outcome =
        Outcome.good(
            "generate",
            "--posts=300",
            "--output=" + input,
            "--layout=s3sink",
            "--recordsPerObject=50");
    assertThat(outcome.out()).containsPattern("pin +3\\d\\d ");
    Outcome cleaned = clean(input + "/topics/**");
    assertThat(cleaned.out().replaceAll("[^0-9]+", " "))
        .startsWith(outcome.out().replaceAll("[^0-9]+", " ").substring(0, 10));
    assertThat(input.resolve("topics/demo.pin/partition=0")).isDirectory();
  }

  @Test
  void demonstratesItself() {
    Outcome demo = Outcome.good("demo", "--posts=500", "--directory=" + folder.resolve("demo"));
    assertThat(demo.out()).contains("1. Invent 500 posts", "3. The tables", "Look further");
    assertThat(Outcome.good("demo", "--posts=10", "--directory=" + folder.resolve("demo")).out())
        .contains("Look further");
  }
}
