package io.pinpipeline.lake.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableDigest;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.FailingStorage.Break;
import io.pinpipeline.lake.run.PlainRun.Seen;
import io.pinpipeline.lake.run.Vacuum.Kind;
import io.pinpipeline.lake.run.Vacuum.Orphan;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a vacuum promises on any storage. */
abstract class VacuumContract {

  private static final RecordKind KIND = RecordKind.GEO;

  /** More writes than any run makes. */
  private static final int MANY = 100;

  private static final String QUESTION = "how_many";

  private static final Duration EIGHT_DAYS = Duration.ofDays(8);

  private List<StoredObject> objects;
  private Location root;

  /** The storage under test. */
  abstract Storage storage();

  /** A location of this test alone, below which nothing is. */
  abstract Location root();

  @BeforeEach
  void writeInput() throws IOException {
    root = root();
    Location input = root.resolve("input");
    objects =
        List.of(
            PlainRun.object(storage(), input, KIND, 1),
            PlainRun.object(storage(), input, KIND, 2),
            PlainRun.object(storage(), input, KIND, 3));
  }

  private Lake lake(String name) {
    return new Lake(root.resolve(name));
  }

  private void run(Lake lake, boolean replace) throws IOException {
    PlainRun.begin(storage(), lake, KIND, objects, replace)
        .write(storage(), lake)
        .commit(storage());
  }

  private Seen seen(Lake lake) throws IOException {
    return PlainRun.seen(storage(), lake, KIND);
  }

  /** A vacuum so long from now. */
  private Vacuum planned(Lake lake, Duration later) throws IOException {
    return Vacuum.plan(
        storage(),
        lake,
        List.of(QUESTION),
        Clock.offset(Clock.systemUTC(), later),
        Vacuum.DEFAULT_AGE);
  }

  private Vacuum vacuum(Lake lake, Duration later) throws IOException {
    Vacuum vacuum = planned(lake, later);
    vacuum.remove(storage());
    return vacuum;
  }

  private List<String> paths(Lake lake) throws IOException {
    List<String> paths = new ArrayList<>();
    storage().list(lake.location(), object -> paths.add(path(lake, object)));
    return paths;
  }

  private static String path(Lake lake, StoredObject object) {
    return object.location().uri().substring(lake.location().uri().length() + 1);
  }

  private static List<String> paths(Lake lake, List<Orphan> orphans) {
    return orphans.stream().map(orphan -> path(lake, orphan.object())).toList();
  }

  private void put(Lake lake, String... paths) throws IOException {
    for (String path : paths) {
      try (StorageOutput out = storage().create(lake.location().resolve(path))) {
        out.write(path.getBytes(UTF_8));
        out.finish();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void leavesTheFilesOfAQuietRunWhereverOneWasKilled(Break kind) throws IOException {
    Lake quiet = lake("quiet");
    run(quiet, false);
    Seen after = seen(quiet);
    long removed = 0;
    for (int write = 1; write <= MANY; write++) {
      Lake lake = lake("lake-" + write);
      FailingStorage failing = new FailingStorage(storage(), write, kind);
      try {
        PlainRun.begin(failing, lake, KIND, objects, false).write(failing, lake).commit(failing);
      } catch (IOException e) {
        assertThat(failing.broke()).isTrue();
      }
      Seen before = seen(lake);
      assertThat(planned(lake, Duration.ZERO).orphans()).as("young, write %s", write).isEmpty();

      removed += vacuum(lake, EIGHT_DAYS).orphans().size();
      Vacuum again = planned(lake, EIGHT_DAYS);
      assertThat(again.orphans()).isEmpty();
      assertThat(again.young()).isEmpty();
      assertThat(seen(lake)).as("write %s", write).isEqualTo(before);

      run(lake, false);
      assertThat(seen(lake)).as("write %s", write).isEqualTo(after);
      // letters that did not count have become files that earlier versions name
      vacuum(lake, EIGHT_DAYS);
      assertThat(seen(lake)).as("write %s", write).isEqualTo(after);
      assertThat(dataFiles(lake)).hasSameSizeAs(dataFiles(quiet));
      assertThat(planned(lake, EIGHT_DAYS).uncountedDeadLetters()).isZero();
      if (!failing.broke()) {
        assertThat(removed).isGreaterThan(write);
        return;
      }
    }
    throw new AssertionError("a run makes more writes than " + MANY);
  }

  private List<String> dataFiles(Lake lake) throws IOException {
    return paths(lake).stream()
        .filter(path -> path.contains("/part-") || path.contains("/objects-"))
        .toList();
  }

  @Test
  void namesWhatARunLeft() throws IOException {
    Lake lake = lake("lake");
    run(lake, false);
    List<String> before = paths(lake);
    PlainRun killed = PlainRun.begin(storage(), lake, KIND, objects, true).write(storage(), lake);
    List<String> left = paths(lake);
    left.removeAll(before);
    assertThat(left).hasSize(7);

    Vacuum now = planned(lake, Duration.ZERO);
    assertThat(now.orphans()).isEmpty();
    assertThat(paths(lake, now.young())).containsExactlyInAnyOrderElementsOf(left);
    Vacuum later = planned(lake, EIGHT_DAYS);
    assertThat(later.young()).isEmpty();
    assertThat(paths(lake, later.orphans())).containsExactlyElementsOf(left);
    assertThat(later.orphans())
        .filteredOn(orphan -> orphan.kind() == Kind.LEDGER)
        .extracting(orphan -> orphan.object().location().name())
        .containsExactly("objects-" + killed.runCommit().run() + ".jsonl.gz");
    assertThat(paths(lake)).as("planning removes nothing").containsAll(left);
    later.remove(storage());
    assertThat(paths(lake)).isEqualTo(before);
  }

  @Test
  void throwsAwayUnfinishedWrites() throws IOException {
    Lake lake = lake("lake");
    run(lake, false);
    Location table = lake.silver(KIND.dataset());
    List<StorageOutput> begun = new ArrayList<>();
    try {
      for (Location location :
          List.of(
              table.resolve("part-of-a-run.parquet"),
              table.resolve("_pinpipeline/objects.jsonl.gz"),
              lake.deadLetters().resolve("part-of-a-run.parquet"),
              lake.books().resolve("book.json"),
              table.resolve("_delta_log/not-ours"),
              table.resolve("_foreign/not-ours"),
              lake.location().resolve("elsewhere"))) {
        StorageOutput out = storage().create(location);
        begun.add(out);
        out.write(new byte[9 << 20]);
      }
      assertThat(planned(lake, Duration.ZERO).young()).hasSize(4);
      Vacuum vacuum = vacuum(lake, EIGHT_DAYS);
      assertThat(vacuum.orphans())
          .hasSize(4)
          .allMatch(orphan -> orphan.kind() == Kind.UNFINISHED)
          .allMatch(orphan -> orphan.object().size() >= 8 << 20);
      assertThat(planned(lake, EIGHT_DAYS).orphans()).isEmpty();
      List<StoredObject> others = new ArrayList<>();
      storage().listUnfinished(lake.location(), others::add);
      assertThat(others).hasSize(3);
    } finally {
      for (StorageOutput out : begun) {
        out.close();
      }
    }
  }

  @Test
  void keepsWhatReadersOfEarlierVersionsNeed() throws IOException {
    Lake lake = lake("lake");
    run(lake, false);
    DeltaTable table = DeltaTable.at(storage(), lake.silver(KIND.dataset()));
    TableSnapshot earlier = table.latest().orElseThrow();
    run(lake, true);
    Seen seen = seen(lake);
    List<String> before = paths(lake);

    Vacuum hasty =
        Vacuum.plan(
            storage(),
            lake,
            List.of(QUESTION),
            Clock.offset(Clock.systemUTC(), Duration.ofDays(6)),
            Duration.ofHours(1));
    assertThat(hasty.orphans()).as("the table's own rule is stronger").isEmpty();
    try (var rows = earlier.read(List.of("ind"))) {
      assertThat(TableDigest.of(rows)).isNotEmpty();
    }

    vacuum(lake, EIGHT_DAYS);
    assertThat(seen(lake)).isEqualTo(seen);
    List<String> gone = new ArrayList<>(before);
    gone.removeAll(paths(lake));
    assertThat(gone).hasSize(6).allMatch(path -> path.endsWith(".parquet"));
    assertThat(CleanTable.open(storage(), lake, Datasets.GEO).untaken(objects)).isEmpty();
  }

  @Test
  void leavesAloneWhatIsNotOurs() throws IOException {
    Lake lake = lake("lake");
    run(lake, false);
    String geo = "silver/geo/";
    String[] foreign = {
      geo + "_foreign",
      geo + ".hidden",
      geo + "_delta_log/notes.txt",
      geo + "_delta_log/part-of-what.parquet",
      geo + "_change_data/part-00000.parquet",
      geo + "below/_hidden/part-00000.parquet",
      geo + "metadata/v1.metadata.json",
      geo + "_pinpipeline/notes.txt",
      geo + "_pinpipeline/objects-of-what.jsonl.gz",
      "dead_letter/_pinpipeline/notes.txt",
      "silver/other/part-00000.parquet",
      "silver/pin/somebodys-own.parquet",
      "books/notes.txt",
      "notes.txt"
    };
    put(lake, foreign);
    put(lake, geo + "part-00000-of-spark.c000.snappy.parquet", geo + "below/it.parquet");
    vacuum(lake, EIGHT_DAYS);
    assertThat(paths(lake))
        .contains(foreign)
        .doesNotContain(geo + "part-00000-of-spark.c000.snappy.parquet", geo + "below/it.parquet");
  }

  @Test
  void removesWhatKilledAndReplacedAnswersLeft() throws IOException {
    Lake lake = lake("lake");
    run(lake, false);
    TableSchema schema = new TableSchema(List.of(ColumnSpec.required("n", ColumnType.LONG)));
    DeltaTable gold = DeltaTable.at(storage(), lake.gold(QUESTION));
    String replaced = answer(gold, schema, 1, true);
    String current = answer(gold, schema, 2, true);
    String killed = answer(gold, schema, 3, false);
    String neverCommitted = answer(DeltaTable.at(storage(), lake.gold("other")), schema, 4, false);

    assertThat(planned(lake, Duration.ZERO).orphans()).isEmpty();
    assertThat(paths(lake, planned(lake, Duration.ZERO).young()))
        .containsExactly("gold/how_many/" + killed);
    assertThat(paths(lake, vacuum(lake, EIGHT_DAYS).orphans()))
        .containsExactlyInAnyOrder("gold/how_many/" + killed, "gold/how_many/" + replaced);
    assertThat(paths(lake))
        .contains("gold/how_many/" + current)
        .as("not asked, so not known to be ours")
        .contains("gold/other/" + neverCommitted);
    try (TableReader rows = gold.latest().orElseThrow().read(List.of("n"))) {
      assertThat(rows.next()).isTrue();
      assertThat(new Values(rows.block(), 0).longAt(0)).isEqualTo(2);
    }
  }

  /** Writes a table of one row in the place of what it holds; the name of the file. */
  private String answer(DeltaTable table, TableSchema schema, long value, boolean commits)
      throws IOException {
    ColumnBlock rows = ColumnBlock.create(schema);
    ((LongColumn) rows.column(0)).append(value);
    List<DataFile> files;
    try (RollingDataFileWriter writer =
        new RollingDataFileWriter(
            storage(),
            table.location(),
            schema,
            ParquetSettings.DEFAULT,
            RunId.beginning(Instant.now()).value(),
            RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      writer.append(rows);
      files = writer.finish();
    }
    if (commits) {
      Optional<TableSnapshot> before = table.latest();
      DeltaCommit commit = table.change(before, schema);
      if (before.isPresent()) {
        commit.replaceAll();
      }
      files.forEach(commit::add);
      commit.commit();
    }
    return files.get(0).path();
  }

  @Test
  void removesNothingWhereATableIsNotOurs() throws IOException {
    Lake lake = lake("lake");
    PlainRun.begin(storage(), lake, KIND, objects, false).write(storage(), lake);
    DeltaTable.at(storage(), lake.silver("user"))
        .create(Datasets.USER.schema(), List.of(), Map.of())
        .commit();
    assertThatThrownBy(() -> planned(lake, EIGHT_DAYS))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("silver/user")
        .hasMessageContaining("not one that pinpipeline made");
  }

  /** Each write of a run is preceded by a vacuum, and each of the vacuum's is in vain. */
  @Test
  void doesNotDisturbARun() throws IOException {
    Lake quiet = lake("quiet");
    run(quiet, false);
    Lake lake = lake("lake");
    List<Orphan> young = new ArrayList<>();
    Storage watched =
        new WatchedStorage(storage()) {
          @Override
          void write(Location location, Write write) throws IOException {
            Vacuum vacuum = vacuum(lake, Duration.ZERO);
            assertThat(vacuum.orphans()).isEmpty();
            young.addAll(vacuum.young());
            write.run();
          }
        };
    for (boolean replace : new boolean[] {false, true}) {
      PlainRun.begin(watched, lake, KIND, objects, replace).write(watched, lake).commit(watched);
      assertThat(seen(lake)).isEqualTo(seen(quiet));
    }
    assertThat(young).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void canBeKilledAndDoneAgain(Break kind) throws IOException {
    Lake lake = lake("lake");
    run(lake, false);
    Seen seen = seen(lake);
    List<String> before = paths(lake);
    PlainRun.begin(storage(), lake, KIND, objects, true).write(storage(), lake);
    int orphans = planned(lake, EIGHT_DAYS).orphans().size();
    for (int left = orphans; left > 0; left -= kind == Break.AFTER ? 2 : 1) {
      Vacuum vacuum = planned(lake, EIGHT_DAYS);
      assertThat(vacuum.orphans()).hasSize(left);
      try {
        vacuum.remove(new FailingStorage(storage(), 2, kind));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("broken by the test");
      }
      assertThat(seen(lake)).isEqualTo(seen);
    }
    vacuum(lake, EIGHT_DAYS);
    assertThat(paths(lake)).isEqualTo(before);
  }

  @Test
  void tellsOfDeadLettersThatDoNotCount() throws IOException {
    Lake lake = lake("lake");
    Location log = lake.silver(KIND.dataset()).resolve("_delta_log");
    Storage stopping =
        new WatchedStorage(storage()) {
          @Override
          void write(Location location, Write write) throws IOException {
            if (location.uri().startsWith(log.uri())) {
              throw new IOException("stopped by the test");
            }
            write.run();
          }
        };
    PlainRun run = PlainRun.begin(stopping, lake, KIND, objects, false).write(stopping, lake);
    assertThatThrownBy(() -> run.commit(stopping)).hasMessageContaining("stopped");
    Vacuum vacuum = vacuum(lake, EIGHT_DAYS);
    assertThat(vacuum.uncountedDeadLetters()).isEqualTo(12);
    assertThat(vacuum.orphans()).hasSize(4).noneMatch(o -> path(lake, o.object()).startsWith("d"));
    run(lake, false);
    assertThat(planned(lake, EIGHT_DAYS).uncountedDeadLetters()).isZero();
  }
}
