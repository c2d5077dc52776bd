package io.pinpipeline.lake.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.FailingStorage.Break;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LakeBooksTest {

  /** More writes than any run makes. */
  private static final int MANY = 100;

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();
  private StoredObject first;
  private StoredObject second;

  @BeforeEach
  void writeInput() throws IOException {
    Location input = Location.ofPath(folder).resolve("input");
    first = PlainRun.object(storage, input, RecordKind.GEO, 1);
    second = PlainRun.object(storage, input, RecordKind.GEO, 2);
  }

  private Lake lake(String name) {
    return new Lake(Location.ofPath(folder).resolve(name));
  }

  private Books run(Storage through, Lake lake, StoredObject... objects) throws IOException {
    return PlainRun.begin(through, lake, RecordKind.GEO, List.of(objects), false)
        .write(through, lake)
        .commit(through);
  }

  private LakeBooks read(Lake lake) throws IOException {
    List<LakeBooks> books = LakeBooks.read(storage, lake);
    assertThat(books).hasSize(1);
    return books.get(0);
  }

  /** As another program's DELETE of whole files does. */
  private void removeAFile(Location table) throws IOException {
    DeltaTable delta = DeltaTable.at(storage, table);
    TableSnapshot snapshot = delta.latest().orElseThrow();
    delta
        .change(Optional.of(snapshot), snapshot.schema())
        .remove(List.of(snapshot.files().get(0)))
        .commit();
  }

  @Test
  void agreeWithWhatRunsHaveWritten() throws IOException {
    Lake lake = lake("lake");
    assertThat(LakeBooks.read(storage, lake)).isEmpty();
    Books one = run(storage, lake, first);
    Books two = run(storage, lake, first, second);
    LakeBooks books = read(lake);
    assertThat(books.dataset()).isEqualTo(Datasets.GEO);
    assertThat(books.books()).isEqualTo(one.plus(two));
    assertThat(books.lastRun().orElseThrow().books()).isEqualTo(two);
    assertThat(books.rows()).isEqualTo(books.books().clean()).isPositive();
    assertThat(books.deadLettersByCode()).isEqualTo(books.books().deadLettersByCode()).isNotEmpty();
    assertThat(books.faults()).isEmpty();
  }

  @Test
  void tellWhatIsMissing() throws IOException {
    Lake lake = lake("lake");
    Books one = run(storage, lake, first);
    removeAFile(lake.silver("geo"));
    assertThat(read(lake).faults())
        .containsExactly(
            "the books have %d clean rows, the table has 0 (%d missing)"
                .formatted(one.clean(), one.clean()));
    removeAFile(lake.deadLetters());
    assertThat(read(lake).faults())
        .hasSize(2)
        .contains(
            "the books have %d dead letters, the dead letters' table has 0 (%d missing)"
                .formatted(one.deadLetters(), one.deadLetters()));
  }

  @Test
  void tellWhatIsTooMuchOrOfAnotherCode() {
    Books books = new Books(5, 3, 1, 1, new TreeMap<>(Map.of("BAD_AGE", 1L)));
    RunReport run = new RunReport("r", "geo", "now", new Books(5, 3, 1, 2, new TreeMap<>()));
    assertThat(
            new LakeBooks(
                    Datasets.GEO,
                    books,
                    Optional.of(run),
                    4,
                    new TreeMap<>(Map.of("BAD_TYPE", 1L)),
                    0)
                .faults())
        .containsExactly(
            "the books of run r do not balance: 5 read, 3 clean, 1 duplicates, 2 dead letters",
            "the books have 3 clean rows, the table has 4 (1 too many)",
            "the books have the dead letters {BAD_AGE=1}, their table {BAD_TYPE=1}");
    assertThat(
            new LakeBooks(Datasets.GEO, run.books(), Optional.empty(), 3, new TreeMap<>(), 2)
                .faults())
        .containsExactly(
            "the books do not balance: 5 read, but 3 clean + 1 duplicates + 2 dead letters = 6");
  }

  @Test
  void doNotPassAFileThatIsGone() throws IOException {
    Lake lake = lake("lake");
    run(storage, lake, first);
    TableSnapshot table = DeltaTable.at(storage, lake.silver("geo")).latest().orElseThrow();
    storage.delete(lake.silver("geo").resolve(table.files().get(0).path()));
    assertThatThrownBy(() -> LakeBooks.read(storage, lake))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(table.files().get(0).path());
  }

  @ParameterizedTest
  @EnumSource(Break.class)
  void agreeWhereverARunWasKilled(Break kind) throws IOException {
    for (int write = 1; write <= MANY; write++) {
      Lake lake = lake("lake-" + write);
      run(storage, lake, first);
      FailingStorage failing = new FailingStorage(storage, write, kind);
      try {
        run(failing, lake, first, second);
      } catch (IOException e) {
        assertThat(failing.broke()).isTrue();
      }
      assertThat(read(lake).faults()).as("killed at write %s", write).isEmpty();
      if (!failing.broke()) {
        assertThat(write).isGreaterThan(4);
        return;
      }
    }
    throw new AssertionError("a run makes more than " + MANY + " writes");
  }
}
