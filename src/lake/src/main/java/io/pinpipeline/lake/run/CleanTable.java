package io.pinpipeline.lake.run;

import static java.util.stream.Collectors.toSet;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The clean table of a dataset as a run finds it when it begins. */
public final class CleanTable {

  private final Storage storage;
  private final Dataset<?> dataset;
  private final Location location;
  private final Optional<TableSnapshot> snapshot;
  private final CleanState state;

  private CleanTable(
      Storage storage,
      Dataset<?> dataset,
      Location location,
      Optional<TableSnapshot> snapshot,
      CleanState state) {
    this.storage = storage;
    this.dataset = dataset;
    this.location = location;
    this.snapshot = snapshot;
    this.state = state;
  }

  /**
   * Reads the table's log.
   *
   * @throws TableException if something else is there, or a table that is not ours
   */
  public static CleanTable open(Storage storage, Lake lake, Dataset<?> dataset) throws IOException {
    Location location = lake.silver(dataset.name());
    Optional<TableSnapshot> snapshot = DeltaTable.at(storage, location).latest();
    CleanState state = CleanState.of(snapshot);
    if (snapshot.isPresent()) {
      snapshot.get().requireSchema(dataset.schema());
    }
    return new CleanTable(storage, dataset, location, snapshot, state);
  }

  public Dataset<?> dataset() {
    return dataset;
  }

  /** The table as it was found; empty if there is none yet. */
  public Optional<TableSnapshot> snapshot() {
    return snapshot;
  }

  /** The books of all that it holds: runs, and the stream. */
  public Books books() {
    return state.books().plus(streamBooks());
  }

  /** The books of the stream alone. */
  public Books streamBooks() {
    return stream().map(StreamState::books).orElse(Books.NONE);
  }

  /** The stream that it holds, or that has begun on it; empty if there is none. */
  public Optional<RunId> streamId() {
    return stream().map(stream -> new RunId(stream.id()));
  }

  /** Of each topic that the stream has read the id that Kafka had given it. */
  public SortedMap<String, String> topics() {
    return stream().map(StreamState::topics).orElseGet(TreeMap::new);
  }

  /**
   * The offsets that the stream has committed; partitions of which it has committed none are left
   * out.
   */
  public SortedMap<TopicPartition, OffsetIntervals> covered() {
    return stream().map(StreamState::covered).orElseGet(TreeMap::new);
  }

  /** Where the source of the stream begins to read behind those; nothing where it knows offsets. */
  public SortedMap<TopicPartition, String> marks() {
    return stream().map(StreamState::marked).orElseGet(TreeMap::new);
  }

  /**
   * The files that the stream's last commit has to bring into the table of dead letters, below that
   * table. They may not be there yet, so none of them may be removed from storage.
   */
  public Set<String> pendingDeadLetters() {
    return stream()
        .map(stream -> stream.deadLetters().stream().map(DataFile::path).collect(toSet()))
        .orElse(Set.of());
  }

  /**
   * How many dead letters the stream's last commit has still to bring into their table.
   *
   * @param deadLetters that table, read after this one
   */
  long unsettledDeadLetters(Optional<TableSnapshot> deadLetters) throws IOException {
    if (state.stream() == null) {
      return 0;
    }
    Optional<String> settled =
        deadLetters.isPresent()
            ? deadLetters.get().domain(StreamState.settledDomain(dataset.name()))
            : Optional.empty();
    return settled.equals(Optional.of(state.stream().settled()))
        ? 0
        : state.stream().deadLetters().stream().mapToLong(DataFile::rows).sum();
  }

  private Optional<StreamState> stream() {
    return Optional.ofNullable(state.stream());
  }

  /** The last run that was committed to it. */
  public Optional<RunReport> lastRun() {
    return Optional.ofNullable(state.last());
  }

  /** The runs, the stream among them, that have been committed to it and not been replaced. */
  Set<String> runs() {
    return state.held();
  }

  /** The ledgers of those runs, as paths below the table. */
  List<String> ledgers() {
    return state.ledgers();
  }

  /**
   * Those of the objects that no committed run has taken.
   *
   * @throws IOException if an object is not any more what it was when it was taken
   */
  public List<StoredObject> untaken(Collection<StoredObject> objects) throws IOException {
    Map<String, Ledger.Entry> taken = Ledger.read(storage, location, state.ledgers());
    List<StoredObject> untaken = new ArrayList<>();
    for (StoredObject object : objects) {
      Ledger.Entry entry = taken.get(object.location().uri());
      if (entry == null) {
        untaken.add(object);
      } else if (entry.size() != object.size() || !entry.version().equals(object.version())) {
        throw new IOException(
            object.location()
                + " has changed since it was taken into "
                + location
                + ": it had "
                + entry.size()
                + " bytes and has "
                + object.size()
                + ". What was added would be lost, so nothing is done. Put new records into new"
                + " objects, or build the tables anew with --fullRefresh.");
      }
    }
    return untaken;
  }

  /**
   * Writes the books of the last run if they are missing: it may have been killed before it did.
   */
  public void restoreBooks(Lake lake) throws IOException {
    if (state.last() != null) {
      state.last().write(storage, lake);
    }
  }

  /**
   * Prepares a run: writes down the objects that it is to take, which counts once it is committed.
   *
   * @param objects what it takes
   * @param batches how many batches they make
   * @param replace whether the run replaces all that the table holds
   */
  public RunCommit prepare(
      Lake lake, RunId run, Collection<StoredObject> objects, int batches, boolean replace)
      throws IOException {
    String ledger = Ledger.write(storage, location, run, objects);
    return new RunCommit(lake, run, dataset.name(), ledger, batches, replace, state);
  }
}
