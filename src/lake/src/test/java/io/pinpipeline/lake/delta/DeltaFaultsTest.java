package io.pinpipeline.lake.delta;

import static io.pinpipeline.lake.delta.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds when the storage fails. */
class DeltaFaultsTest {

  private static final TableSchema IND =
      TableSchema.of(ColumnSpec.required("ind", ColumnType.LONG));

  private final FaultyStorage storage = new FaultyStorage();
  private DeltaTable table;

  @BeforeEach
  void start(@TempDir Path folder) {
    table = DeltaTable.at(storage, Location.ofPath(folder));
  }

  private DataFile file(String path, long value) throws IOException {
    return Rows.write(storage, table.location(), path, IND, List.of(row(value)));
  }

  private TableSnapshot latest() throws IOException {
    return table.latest().orElseThrow();
  }

  @Test
  void neverShowsACheckpointThatLacksWhatCouldNotBeRead() throws IOException {
    table
        .create(IND, List.of(), Map.of("delta.checkpointInterval", "3"))
        .add(file("0.parquet", 0))
        .commit();
    table.update(latest()).add(file("1.parquet", 1)).commit();
    table.update(latest()).add(file("2.parquet", 2)).commit();
    DeltaCommit third = table.update(latest()).add(file("3.parquet", 3));
    storage.unreadable = "00000000000000000000.json";
    assertThat(third.commit()).isEqualTo(3);
    assertThat(
            storage.exists(
                table.location().resolve("_delta_log/00000000000000000003.checkpoint.parquet")))
        .isFalse();
    storage.unreadable = "";
    assertThat(Rows.read(latest().read(List.of("ind")))).hasSize(4);
  }

  @Test
  void aCommitWhoseAnswerWasLostIsRefusedTheSecondTime() throws IOException {
    table.create(IND, List.of(), Map.of()).commit();
    TableSnapshot decidedFrom = latest();
    DataFile file = file("1.parquet", 1);
    storage.loseAnswers = true;
    assertThatThrownBy(() -> table.update(decidedFrom).add(file).domain("d", "1").commit())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(TableException.class)
        .hasMessageContaining("Cannot write the table " + table.location())
        .hasMessageContaining("no answer");
    storage.loseAnswers = false;
    assertThatThrownBy(() -> table.update(decidedFrom).add(file).domain("d", "1").commit())
        .isInstanceOf(CommitConflictException.class);
    assertThat(Rows.read(latest().read(List.of("ind")))).hasSize(1);
  }

  @Test
  void saysWhatOfTheStorageFailed() throws IOException {
    table.create(IND, List.of(), Map.of()).add(file("a.parquet", 1)).commit();
    TableSnapshot snapshot = latest();
    storage.unreadable = "a.parquet";
    assertThatThrownBy(() -> Rows.read(snapshot.read(List.of("ind"))))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read the table " + table.location() + ": a.parquet: no answer");
  }

  /** Local files, with faults. */
  private static final class FaultyStorage implements Storage {

    private final Storage files = new LocalStorage();
    private String unreadable = "";
    private boolean loseAnswers;

    private void check(Location location) throws IOException {
      if (location.name().equals(unreadable)) {
        throw new IOException(location.name() + ": no answer");
      }
    }

    @Override
    public StoredObject stat(Location location) throws IOException {
      return files.stat(location);
    }

    @Override
    public void list(Location below, Consumer<StoredObject> visitor) throws IOException {
      files.list(below, visitor);
    }

    @Override
    public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor)
        throws IOException {
      files.listFolder(folder, startAfter, visitor);
    }

    @Override
    public InputStream read(Location location, long offset, long length) throws IOException {
      check(location);
      return files.read(location, offset, length);
    }

    @Override
    public byte[] readAll(Location location) throws IOException {
      check(location);
      return files.readAll(location);
    }

    @Override
    public StorageOutput create(Location location) throws IOException {
      return files.create(location);
    }

    @Override
    public void putIfAbsent(Location location, byte[] content) throws IOException {
      files.putIfAbsent(location, content);
      if (loseAnswers) {
        throw new IOException(location.name() + ": no answer");
      }
    }

    @Override
    public void delete(Location location) throws IOException {
      files.delete(location);
    }

    @Override
    public void listUnfinished(Location below, Consumer<StoredObject> visitor) throws IOException {
      files.listUnfinished(below, visitor);
    }

    @Override
    public void abort(StoredObject unfinished) throws IOException {
      files.abort(unfinished);
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }
}
