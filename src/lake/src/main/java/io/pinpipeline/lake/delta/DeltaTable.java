package io.pinpipeline.lake.delta;

import io.delta.kernel.Table;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.utils.FileStatus;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.parquet.io.InputFile;

/**
 * A Delta table at a location, whether it is there already or not. It holds nothing in memory, so
 * every {@link #latest()} reads the log again. Thread-safe.
 */
public final class DeltaTable {

  private static final String LOG = "_delta_log";

  /** A commit that is being written shows so where a store keeps an upload beside its place. */
  private static final Pattern UNFINISHED = Pattern.compile("\\d{20}\\.(json|crc).+");

  private final Storage storage;
  private final Location location;
  private final Engine engine;

  private DeltaTable(Storage storage, Location location) {
    this.storage = storage;
    this.location = location;
    this.engine = new LakeEngine(storage);
  }

  public static DeltaTable at(Storage storage, Location location) {
    return new DeltaTable(storage, location);
  }

  public Location location() {
    return location;
  }

  Engine engine() {
    return engine;
  }

  /** A data file for parquet-java to read. */
  InputFile parquetFile(FileStatus file) {
    return new ParquetInput(
        new StorageFileIO(storage, () -> false).newInputFile(file.getPath(), file.getSize()));
  }

  /** Whether there is a Delta log, readable or not. */
  public boolean exists() throws IOException {
    AtomicBoolean found = new AtomicBoolean();
    storage.listFolder(
        location.resolve(LOG),
        "",
        object -> {
          if (!UNFINISHED.matcher(object.location().name()).matches()) {
            found.set(true);
          }
        });
    return found.get();
  }

  /**
   * The table as it is now; empty if there is none. Parquet files without a log are no table and
   * not in the way of one: a first commit that failed leaves such.
   *
   * @throws TableException if the location holds something else, or a table that cannot be read
   */
  public Optional<TableSnapshot> latest() throws IOException {
    Optional<TableSnapshot> latest = look();
    if (latest.isEmpty() && exists()) {
      latest = look(); // its first commit came between
      if (latest.isEmpty()) {
        throw new TableException(
            "The table "
                + location
                + " has a folder _delta_log without any version in it, so its log is damaged."
                + " Restore the log, or remove the folder to begin a new table.");
      }
    }
    if (latest.isEmpty()) {
      requireNothingElse();
    }
    return latest;
  }

  private Optional<TableSnapshot> look() throws IOException {
    try {
      return Optional.of(new TableSnapshot(this, kernelTable().getLatestSnapshot(engine)));
    } catch (TableNotFoundException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      throw KernelFailures.explain("read", location, e);
    }
  }

  /** A new Kernel table each time: an old one would remember a table that was dropped since. */
  Table kernelTable() {
    return Table.forPath(engine, StorageFileIO.path(location));
  }

  private void requireNothingElse() throws IOException {
    AtomicReference<Location> foreign = new AtomicReference<>();
    storage.list(
        location,
        object -> {
          String path = object.location().uri().substring(location.uri().length() + 1);
          // by Delta's convention names with an underscore are hidden: no one's data; and a file
          // that is being written shows under a longer name where a store keeps it beside its place
          if (!path.contains(".parquet") && !path.startsWith("_")) {
            foreign.compareAndSet(null, object.location());
          }
        });
    if (foreign.get() != null) {
      throw new TableException(
          location
              + " is not a Delta table: it has no _delta_log, but other files such as "
              + foreign.get()
              + ". Use an empty location, or correct the path.");
    }
  }

  /**
   * Begins the commit that makes the table, with or without its first data. It conflicts with any
   * other that makes it.
   *
   * @param schema all columns; partition columns are among them and stand in no data file
   * @param partitionColumns top-level columns, in order
   * @param properties of the table, such as {@code delta.checkpointInterval}
   */
  public DeltaCommit create(
      TableSchema schema, List<String> partitionColumns, Map<String, String> properties) {
    return new DeltaCommit(
        this, Optional.empty(), new DeltaCommit.Definition(schema, partitionColumns, properties));
  }

  /**
   * Begins a commit to the table, decided from what a snapshot of it says.
   *
   * @throws IllegalArgumentException if the snapshot is another table's
   */
  public DeltaCommit update(TableSnapshot decidedFrom) {
    if (!decidedFrom.table().location.equals(location)) {
      throw new IllegalArgumentException(
          "a snapshot of " + decidedFrom.table().location + " is not one of " + location);
    }
    return new DeltaCommit(this, Optional.of(decidedFrom), DeltaCommit.Definition.NONE);
  }

  /**
   * Begins a commit decided from what {@link #latest()} was: an update, or where there was no table
   * one that makes it, without partitions.
   */
  public DeltaCommit change(Optional<TableSnapshot> decidedFrom, TableSchema schema) {
    return decidedFrom.isPresent()
        ? update(decidedFrom.get())
        : create(schema, List.of(), Map.of());
  }
}
