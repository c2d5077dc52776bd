package io.pinpipeline.lake.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.TableSchema;
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
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommitTest {

  private static final RecordKind KIND = RecordKind.GEO;

  /** More writes than any run makes. */
  private static final int MANY = 100;

  private static final List<String> COLUMNS =
      DeadLetterTable.SCHEMA.columns().stream().map(ColumnSpec::path).toList();

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();
  private List<StoredObject> objects;
  private List<StoredObject> pins;

  @BeforeEach
  void writeInput() throws IOException {
    Location input = Location.ofPath(folder).resolve("input");
    objects =
        List.of(
            PlainRun.object(storage, input, KIND, 1),
            PlainRun.object(storage, input, KIND, 2),
            PlainRun.object(storage, input, KIND, 3));
    pins = List.of(PlainRun.object(storage, input, RecordKind.PIN, 4));
  }

  private Lake lake(String name) {
    return new Lake(Location.ofPath(folder).resolve(name));
  }

  private Books run(Lake lake, List<StoredObject> input, boolean replace) throws IOException {
    return PlainRun.begin(storage, lake, KIND, input, replace).write(storage, lake).commit(storage);
  }

  private Seen seen(Lake lake) throws IOException {
    return PlainRun.seen(storage, lake, KIND);
  }

  @Test
  void keepsBooksOfAllRuns() throws IOException {
    Lake lake = lake("lake");
    Books first = run(lake, objects.subList(0, 1), false);
    Books second = run(lake, objects, false);
    assertThat(first.read()).isEqualTo(40);
    assertThat(first.deadLetters()).isPositive();
    assertThat(second.read()).isEqualTo(80);
    CleanTable table = CleanTable.open(storage, lake, Datasets.named(KIND.dataset()));
    assertThat(table.books()).isEqualTo(first.plus(second));
    assertThat(table.lastRun().orElseThrow().books()).isEqualTo(second);
    assertThat(table.untaken(objects)).isEmpty();
  }

  @Test
  void countsOnceWhatIsCommittedTwice() throws IOException {
    Lake lake = lake("lake");
    PlainRun run = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
    Books books = run.commit(storage);
    Seen after = seen(lake);
    assertThat(run.commit(storage)).isEqualTo(books);
    assertThat(seen(lake)).isEqualTo(after);
  }

  /** As where a worker is lost after it has written: the batch is written anew, by another. */
  @Test
  void countsOnceABatchThatWasWrittenTwice() throws IOException {
    Lake quiet = lake("quiet");
    run(quiet, objects, false);
    Lake lake = lake("lake");
    PlainRun run = PlainRun.begin(storage, lake, KIND, objects, false);
    run.write(storage, lake).write(storage, lake);
    run.written()
        .replaceAll(
            batch ->
                new WrittenBatch(
                    batch.number() % objects.size(),
                    batch.records(),
                    batch.duplicates(),
                    batch.clean(),
                    batch.deadLetters(),
                    batch.deadLettersByCode()));
    assertThat(run.written()).hasSize(6);
    assertThat(run.commit(storage).read()).isEqualTo(120);
    assertThat(seen(lake)).isEqualTo(seen(quiet));
  }

  @Test
  void refusesARunOfWhichABatchIsMissing() throws IOException {
    Lake lake = lake("lake");
    PlainRun run = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
    run.written().remove(1);
    assertThatThrownBy(() -> run.commit(storage))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("Of the 3 batches of geo in this run 2 were written");
    assertThat(seen(lake).clean()).isEmpty();
  }

  @Test
  void refusesBooksThatDoNotBalance() throws IOException {
    Lake lake = lake("lake");
    PlainRun run = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
    run.written()
        .replaceAll(
            batch ->
                new WrittenBatch(
                    batch.number(),
                    batch.records() + 1,
                    batch.duplicates(),
                    batch.clean(),
                    batch.deadLetters(),
                    batch.deadLettersByCode()));
    assertThatThrownBy(() -> run.commit(storage))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("do not balance");
    assertThat(seen(lake).clean()).isEmpty();
  }

  @Test
  void letsOneOfTwoRunsWin() throws IOException {
    Lake quiet = lake("quiet");
    run(quiet, objects, false);
    for (boolean fresh : new boolean[] {true, false}) {
      Lake lake = lake("fresh-" + fresh);
      if (!fresh) {
        run(lake, objects.subList(0, 1), false);
      }
      PlainRun slow = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
      PlainRun fast = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
      fast.commit(storage);
      assertThatThrownBy(() -> slow.commit(storage))
          .isInstanceOf(TableException.class)
          .hasMessageContaining("Another run was committed")
          .hasMessageContaining("run it again");
      assertThat(seen(lake)).isEqualTo(seen(quiet));
    }
  }

  /** The other run goes through, or as far as its last commit, between two writes of the one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doublesAndLosesNothingWhereTwoRunsPassEachOther(boolean otherStops) throws IOException {
    Lake quiet = lake("quiet");
    run(quiet, objects, false);
    for (int write = 1; write <= MANY; write++) {
      Lake lake = lake("lake-" + write);
      run(lake, objects.subList(0, 1), false);
      PlainRun one = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
      PlainRun other = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
      Storage others = otherStops ? new StopsAtCleanCommit(storage, lake) : storage;
      PassedStorage passed = new PassedStorage(storage, write, () -> commits(other, others));

      boolean won = commits(one, passed);
      Seen seen = seen(lake);
      boolean otherWon = commits(other, storage);
      assertThat(won).as("write %s", write).isNotEqualTo(otherWon);
      assertThat(seen).as("write %s", write).isEqualTo(seen(quiet));
      assertThat(seen(lake)).as("write %s", write).isEqualTo(seen(quiet));
      if (!passed.happened()) {
        assertThat(write).isGreaterThan(2);
        return;
      }
    }
    throw new AssertionError("a run makes more than " + MANY + " writes");
  }

  /** The first runs of several datasets make the table of dead letters at the same time. */
  @Test
  void findsATableThatIsMadeWhileItIsLookedFor() throws IOException {
    int found = 0;
    for (int access = 1; access <= 4; access++) {
      Location table = lake("lake-" + access).deadLetters();
      Made made = new Made(storage, table, access);
      found += DeltaTable.at(made, table).latest().isPresent() ? 1 : 0;
    }
    assertThat(found).isPositive();
  }

  /** Makes a table before the log of it is looked at for the n-th time. */
  private static final class Made extends WatchedStorage {

    private final DeltaTable table;
    private final int at;
    private int accesses;

    Made(Storage storage, Location table, int at) {
      super(storage);
      this.table = DeltaTable.at(storage, table);
      this.at = at;
    }

    @Override
    void access(Location location) throws IOException {
      if (location.name().equals("_delta_log") && ++accesses == at) {
        table.create(DeadLetterTable.SCHEMA, List.of(), Map.of()).commit();
      }
    }

    @Override
    void write(Location location, Write write) throws IOException {
      write.run();
    }
  }

  private static boolean commits(PlainRun run, Storage storage) {
    try {
      run.commit(storage);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static final class StopsAtCleanCommit extends WatchedStorage {

    private final Location log;

    StopsAtCleanCommit(Storage storage, Lake lake) {
      super(storage);
      log = lake.silver(KIND.dataset()).resolve("_delta_log");
    }

    @Override
    void write(Location location, Write write) throws IOException {
      if (location.uri().startsWith(log.uri())) {
        throw new IOException("stopped by the test");
      }
      write.run();
    }
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void aFirstRunThatBreaksAnywhereLeavesNothingThatCounts(Break kind) throws IOException {
    breakAnywhere(kind, 0, false);
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void anIncrementalRunThatBreaksAnywhereLeavesNothingThatCounts(Break kind) throws IOException {
    breakAnywhere(kind, 1, false);
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void aFullRefreshThatBreaksAnywhereLeavesNothingThatCounts(Break kind) throws IOException {
    breakAnywhere(kind, 2, true);
  }

  private void breakAnywhere(Break kind, int takenBefore, boolean replace) throws IOException {
    Lake quiet = lake("quiet");
    run(quiet, objects, false);
    Seen after = seen(quiet);
    for (int write = 1; write <= MANY; write++) {
      Lake lake = lake("lake-" + write);
      if (takenBefore > 0) {
        run(lake, objects.subList(0, takenBefore), false);
      }
      Seen before = seen(lake);

      FailingStorage failing = new FailingStorage(storage, write, kind);
      try {
        PlainRun.begin(failing, lake, KIND, objects, replace).write(failing, lake).commit(failing);
      } catch (IOException e) {
        assertThat(failing.broke()).isTrue();
      }
      assertThat(seen(lake)).as("broken at write %s", write).isIn(before, after);

      run(lake, objects, replace);
      assertThat(seen(lake)).as("run again after write %s", write).isEqualTo(after);
      assertThat(rows(lake)).as("left over from write %s", write).isEqualTo(countedRows(lake));
      if (!failing.broke()) {
        assertThat(write).isGreaterThan(10);
        return;
      }
    }
    throw new AssertionError("a run makes more than " + MANY + " writes");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRunOverRewrittenDeadLettersThatBreaksAnywhereLeavesNothingThatCounts(boolean replace)
      throws IOException {
    Lake quiet = lake("quiet");
    runBoth(quiet);
    Seen after = seen(quiet);
    for (int write = 1; write <= MANY; write++) {
      Lake lake = lake("lake-" + write);
      runBothWithLeftOvers(lake);
      rewriteDeadLetters(lake);
      Seen before = seen(lake);

      FailingStorage failing = new FailingStorage(storage, write, Break.AFTER);
      PlainRun broken = PlainRun.begin(storage, lake, KIND, objects, replace).write(storage, lake);
      commits(broken, failing);
      rewriteDeadLetters(lake);
      assertThat(seen(lake)).as("broken at write %s", write).isIn(before, after);

      commits(broken, storage);
      assertThat(seen(lake)).as("committed again after write %s", write).isEqualTo(after);
      run(lake, objects, true);
      assertThat(seen(lake)).as("built anew after write %s", write).isEqualTo(after);
      assertThat(rows(lake)).as("left over from write %s", write).isEqualTo(countedRows(lake));
      if (!failing.broke()) {
        assertThat(write).isGreaterThan(4);
        return;
      }
    }
    throw new AssertionError("a run makes more than " + MANY + " writes");
  }

  @Test
  void countsDeadLettersByTheirRunsAfterTheirFilesWereRewritten() throws IOException {
    Lake quiet = lake("quiet");
    runBoth(quiet);
    for (boolean replace : new boolean[] {true, false}) {
      Lake lake = lake("lake-" + replace);
      runBothWithLeftOvers(lake);
      Seen before = seen(lake);
      String counted = countedRows(lake);
      String all = rows(lake);
      assertThat(counted).isNotEqualTo(all);
      rewriteDeadLetters(lake);
      assertThat(letters(lake).files()).hasSize(1);
      assertThat(seen(lake)).isEqualTo(before);
      assertThat(countedRows(lake)).isEqualTo(counted);
      assertThat(rows(lake)).isEqualTo(all);

      run(lake, objects, replace);
      assertThat(seen(lake)).isEqualTo(seen(quiet));
      assertThat(rows(lake)).as("no left-overs").isEqualTo(countedRows(lake));
      rewriteDeadLetters(lake);
      PlainRun.begin(storage, lake, RecordKind.PIN, pins, true)
          .write(storage, lake)
          .commit(storage);
      assertThat(seen(lake)).isEqualTo(seen(quiet));
      assertThat(rows(lake)).as("no old rows").isEqualTo(countedRows(lake));
    }
  }

  /** Leaves alone what no run wrote: there is nothing by which it would not count. */
  @Test
  void countsDeadLettersOfNoRun() throws IOException {
    Lake lake = lake("lake");
    run(lake, objects.subList(0, 1), false);
    Seen one = seen(lake);
    DeltaTable table = DeltaTable.at(storage, lake.deadLetters());
    TableSnapshot before = letters(lake);
    DeltaCommit commit = table.update(before);
    rewritten(lake, List.of("dataset", "code", "message", "raw", "attempt", "rejected_at"))
        .forEach(commit::add);
    commit.commit();
    Seen two = seen(lake);
    assertThat(two).isNotEqualTo(one);
    assertThat(rows(lake)).isEqualTo(countedRows(lake));
    run(lake, objects.subList(0, 1), true);
    assertThat(seen(lake)).isEqualTo(two);
  }

  /** Both want to take their rows out of the same file, or it is rewritten meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void losesNoDeadLettersWhereTheirFilesChangeMeanwhile(boolean byOtherDataset) throws IOException {
    Lake quiet = lake("quiet");
    runBoth(quiet);
    for (int write = 1; write <= MANY; write++) {
      Lake lake = lake("lake-" + write);
      runBothWithLeftOvers(lake);
      rewriteDeadLetters(lake);
      PlainRun one = PlainRun.begin(storage, lake, KIND, objects, true).write(storage, lake);
      PlainRun other =
          PlainRun.begin(storage, lake, RecordKind.PIN, pins, true).write(storage, lake);
      PassedStorage passed =
          new PassedStorage(
              storage,
              write,
              () -> {
                if (byOtherDataset) {
                  commits(other, storage);
                } else {
                  rewriteDeadLetters(lake);
                }
              });
      assertThat(commits(one, passed)).as("write %s", write).isTrue();
      assertThat(seen(lake)).as("write %s", write).isEqualTo(seen(quiet));
      assertThat(rows(lake)).as("write %s", write).isEqualTo(countedRows(lake));
      if (!passed.happened()) {
        assertThat(write).isGreaterThan(4);
        return;
      }
    }
    throw new AssertionError("a run makes more than " + MANY + " writes");
  }

  private void runBoth(Lake lake) throws IOException {
    run(lake, objects, false);
    PlainRun.begin(storage, lake, RecordKind.PIN, pins, false).write(storage, lake).commit(storage);
  }

  /** Takes all but the last object, and leaves dead letters of a broken run behind. */
  private void runBothWithLeftOvers(Lake lake) throws IOException {
    run(lake, objects.subList(0, 2), false);
    PlainRun.begin(storage, lake, RecordKind.PIN, pins, false).write(storage, lake).commit(storage);
    PlainRun broken = PlainRun.begin(storage, lake, KIND, objects, false).write(storage, lake);
    assertThat(commits(broken, new StopsAtCleanCommit(storage, lake))).isFalse();
  }

  /** As the OPTIMIZE of another engine: one file for all, under a name that tells nothing. */
  private void rewriteDeadLetters(Lake lake) {
    try {
      TableSnapshot letters = letters(lake);
      DeltaCommit commit = DeltaTable.at(storage, lake.deadLetters()).update(letters);
      rewritten(lake, COLUMNS).forEach(commit::add);
      commit.remove(letters.files()).rearrangesOnly().commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new file with these columns of all dead letters. */
  private List<DataFile> rewritten(Lake lake, List<String> columns) throws IOException {
    TableSchema schema =
        new TableSchema(
            DeadLetterTable.SCHEMA.columns().stream()
                .filter(column -> columns.contains(column.path()))
                .toList());
    try (TableReader rows = letters(lake).read(columns);
        RollingDataFileWriter writer =
            new RollingDataFileWriter(
                storage,
                lake.deadLetters(),
                schema,
                ParquetSettings.DEFAULT,
                "00000",
                RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      while (rows.next()) {
        writer.append(rows.block());
      }
      return writer.finish();
    }
  }

  private TableSnapshot letters(Lake lake) throws IOException {
    return DeltaTable.at(storage, lake.deadLetters()).latest().orElseThrow();
  }

  private String rows(Lake lake) throws IOException {
    try (TableReader rows = letters(lake).read(COLUMNS)) {
      return TableDigest.of(rows);
    }
  }

  private String countedRows(Lake lake) throws IOException {
    try (TableReader rows = CountedDeadLetters.read(storage, lake, letters(lake), COLUMNS)) {
      return TableDigest.of(rows);
    }
  }

  @Test
  void writesTheReportOfARunThatWasKilledBeforeItCould() throws IOException {
    Lake lake = lake("lake");
    run(lake, objects.subList(0, 1), false);
    List<Location> reports = reports(lake);
    assertThat(reports).hasSize(1);
    storage.delete(reports.get(0));
    run(lake, objects, false);
    assertThat(reports(lake)).hasSize(2).contains(reports.get(0));
  }

  private List<Location> reports(Lake lake) throws IOException {
    List<Location> reports = new ArrayList<>();
    storage.list(lake.books(), report -> reports.add(report.location()));
    return reports;
  }

  @Test
  void readsALedgerOfManyObjects() throws IOException {
    Lake lake = lake("lake");
    List<StoredObject> many =
        IntStream.range(0, 20_000)
            .mapToObj(
                number ->
                    new StoredObject(
                        Location.parse("s3://bucket/\uD83D\uDE0D \"quoted\"/" + number),
                        number,
                        "\"etag-" + number + "\"",
                        0))
            .toList();
    RunId run = new RunId("20260102T030405006Z0123abcd");
    String path = Ledger.write(storage, lake.silver("pin"), run, many);
    var entries = Ledger.read(storage, lake.silver("pin"), List.of(path));
    assertThat(entries).hasSize(many.size());
    assertThat(many)
        .allSatisfy(
            object ->
                assertThat(entries.get(object.location().uri()))
                    .isEqualTo(
                        new Ledger.Entry(
                            object.location().uri(), object.size(), object.version())));
  }

  @Test
  void refusesAnObjectThatHasChanged() throws IOException {
    Lake lake = lake("lake");
    run(lake, objects, false);
    StoredObject object = objects.get(1);
    CleanTable table = CleanTable.open(storage, lake, Datasets.named(KIND.dataset()));
    for (StoredObject changed :
        List.of(
            new StoredObject(object.location(), object.size() + 7, "", 0),
            new StoredObject(object.location(), object.size(), "another", 0))) {
      assertThatThrownBy(() -> table.untaken(List.of(objects.get(0), changed)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(object.location() + " has changed since it was taken")
          .hasMessageContaining("--fullRefresh");
    }
  }
}
