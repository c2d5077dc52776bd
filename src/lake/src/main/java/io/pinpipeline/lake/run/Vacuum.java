package io.pinpipeline.lake.run;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What killed runs, and commits that replaced files, left in a lake, found at one moment. It may be
 * interrupted, repeated, and done beside a run, which is safe from it for as long as {@code
 * olderThan}.
 *
 * <p>As Delta's own, it takes what no table names:
 *
 * <ul>
 *   <li>data files that are in no version, or were removed longer ago than the table keeps them for
 *       readers of earlier versions; where there is no table yet, only files that a run named;
 *   <li>ledgers of runs that never were committed;
 *   <li>writes that were begun and not finished.
 * </ul>
 *
 * <p>It leaves alone what is younger, the tables' logs, names that begin with an underscore or a
 * dot, which are hidden by Delta's convention, and all that is not below a table of ours. Dead
 * letters that do not count are rows of a table, not files: they are counted here, and go with the
 * next run of their dataset. Only its commit shuts out that the run they are of still is under way;
 * see {@link RunCommit}.
 */
public final class Vacuum {

  /** For so long a run is safe, unless one wants it otherwise. */
  public static final Duration DEFAULT_AGE = Duration.ofDays(7);

  private static final Pattern DATA_FILE_OF_A_RUN =
      Pattern.compile("part-([^-]+-)?" + RunId.FORM + "-.*\\.parquet");

  /** The converted metadata of Delta's Iceberg compatibility lie there. */
  private static final String ICEBERG_FOLDER = "metadata/";

  private static final Pattern HIDDEN = Pattern.compile("(.*/)?[_.].*", Pattern.DOTALL);

  /** What a file is. */
  public enum Kind {
    DATA_FILE("data file"),
    LEDGER("ledger"),
    UNFINISHED("unfinished");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * A file, or the beginning of one, that nothing refers to.
   *
   * @param object as {@link Storage#list} or {@link Storage#listUnfinished} shows it
   */
  public record Orphan(Kind kind, StoredObject object) {}

  private final Instant time;
  private final long youngest;
  private final List<Orphan> orphans = new ArrayList<>();
  private final List<Orphan> young = new ArrayList<>();
  private long uncountedDeadLetters;

  private Vacuum(Instant time, Duration olderThan) {
    this.time = time;
    this.youngest = time.minus(olderThan).toEpochMilli();
  }

  /**
   * Looks for what can be removed, and removes nothing.
   *
   * @param questions whose answers may have tables
   * @param olderThan the least age of what is removed: no run that is under way may have begun
   *     longer ago
   * @throws TableException if a table is not ours, or has features that we do not know
   */
  public static Vacuum plan(
      Storage storage, Lake lake, Collection<String> questions, Clock clock, Duration olderThan)
      throws IOException {
    // Files first and logs last: what is committed in between is in the logs.
    Map<Location, List<Orphan>> found = new HashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      Location table = lake.silver(dataset.name());
      found.put(table, found(storage, table));
    }
    for (String question : questions) {
      Location table = lake.gold(question);
      found.put(table, found(storage, table));
    }
    List<Orphan> foundLetters = found(storage, lake.deadLetters());
    List<Orphan> foundBooks = new ArrayList<>();
    storage.listUnfinished(
        lake.books(), object -> foundBooks.add(new Orphan(Kind.UNFINISHED, object)));

    Vacuum vacuum = new Vacuum(clock.instant(), olderThan);
    Set<String> pending = new HashSet<>(); // letters that a clean table names before their own
    for (Dataset<?> dataset : Datasets.all()) {
      CleanTable table = CleanTable.open(storage, lake, dataset);
      Location location = lake.silver(dataset.name());
      pending.addAll(table.pendingDeadLetters());
      Predicate<Orphan> named = vacuum.named(table.snapshot());
      for (Orphan orphan : found.getOrDefault(location, List.of())) {
        if (orphan.kind() == Kind.LEDGER
            ? !counts(storage, lake, table, path(location, orphan.object()))
            : !named.test(orphan)) {
          vacuum.add(orphan);
        }
      }
    }
    for (String question : questions) {
      Location location = lake.gold(question);
      List<Orphan> files = found.getOrDefault(location, List.of());
      if (!files.isEmpty()) {
        files.stream()
            .filter(vacuum.named(DeltaTable.at(storage, location).latest()).negate())
            .forEach(vacuum::add);
      }
    }
    Optional<TableSnapshot> letters = DeltaTable.at(storage, lake.deadLetters()).latest();
    if (letters.isPresent()) {
      vacuum.uncountedDeadLetters = CountedDeadLetters.uncounted(storage, lake, letters.get());
    }
    foundLetters.stream()
        .filter(vacuum.named(letters).negate())
        .filter(letter -> !pending.contains(path(lake.deadLetters(), letter.object())))
        .forEach(vacuum::add);
    foundBooks.forEach(vacuum::add);
    vacuum.orphans.sort(Comparator.comparing(orphan -> orphan.object().location()));
    return vacuum;
  }

  /** All below a table that may turn out to be an orphan. */
  private static List<Orphan> found(Storage storage, Location table) throws IOException {
    List<Orphan> found = new ArrayList<>();
    storage.list(
        table,
        object -> {
          String path = path(table, object);
          if (Ledger.run(path).isPresent()) {
            found.add(new Orphan(Kind.LEDGER, object));
          } else if (!isHidden(path)) {
            found.add(new Orphan(Kind.DATA_FILE, object));
          }
        });
    storage.listUnfinished(
        table,
        object -> {
          String path = path(table, object);
          String folder = path.substring(0, path.lastIndexOf('/') + 1);
          if (folder.equals(Ledger.FOLDER + "/") || !isHidden(folder)) {
            found.add(new Orphan(Kind.UNFINISHED, object));
          }
        });
    return found;
  }

  private static boolean isHidden(String path) {
    return HIDDEN.matcher(path).matches() || path.startsWith(ICEBERG_FOLDER);
  }

  private static String path(Location table, StoredObject object) {
    return object.location().uri().substring(table.uri().length() + 1);
  }

  /**
   * Whether a run was committed, and perhaps replaced since: then earlier versions name its ledger.
   */
  private static boolean counts(Storage storage, Lake lake, CleanTable table, String ledger)
      throws IOException {
    String run = Ledger.run(ledger).orElseThrow();
    return table.ledgers().contains(ledger)
        || storage.exists(RunReport.location(lake, run, table.dataset().name()));
  }

  /** Whether a version of the table that can be read names a file; without a table none does. */
  private Predicate<Orphan> named(Optional<TableSnapshot> table) throws IOException {
    if (table.isEmpty()) {
      return file ->
          file.kind() == Kind.DATA_FILE
              && !DATA_FILE_OF_A_RUN.matcher(file.object().location().name()).matches();
    }
    Set<String> names = table.get().retainedNames(time);
    return file -> file.kind() == Kind.DATA_FILE && names.contains(file.object().location().name());
  }

  private void add(Orphan orphan) {
    (orphan.object().modifiedMillis() > youngest ? young : orphans).add(orphan);
  }

  /** What {@link #remove} removes, by location. */
  public List<Orphan> orphans() {
    return List.copyOf(orphans);
  }

  /** What nothing refers to and is too young to be removed: a run may be writing it. */
  public List<Orphan> young() {
    return List.copyOf(young);
  }

  /** When it looked; ages count from then. */
  public Instant time() {
    return time;
  }

  /** How many rows of the table of dead letters do not count. */
  public long uncountedDeadLetters() {
    return uncountedDeadLetters;
  }

  /** Removes the orphans. */
  public void remove(Storage storage) throws IOException {
    for (Orphan orphan : orphans) {
      if (orphan.kind() == Kind.UNFINISHED) {
        storage.abort(orphan.object());
      } else {
        storage.delete(orphan.object().location());
      }
    }
  }
}
