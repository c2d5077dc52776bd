package io.pinpipeline.lake.run;

import static java.util.stream.Collectors.toSet;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.CommitConflictException;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The end of a bounded run for one dataset: its files become part of the lake, all or none, once.
 *
 * <p>Clean rows and dead letters are two tables, so two commits. The dead letters come first, and
 * tell their run; they count only when the clean table says that it holds the run. So a run that
 * breaks anywhere leaves nothing that counts:
 *
 * <ul>
 *   <li>before the dead letters are committed, files that no table names;
 *   <li>between the two commits, dead letters of a run that the clean table does not hold;
 *   <li>after both, nothing: the run is over, and committing it again changes nothing.
 * </ul>
 *
 * <p>Dead letters that do not count are removed behind the clean commit of a later run, and only of
 * runs that had some there before it: until then such a run may still be under way and win, but
 * that commit is one that it conflicts with.
 *
 * <p>What the clean table said of its runs when this one began must still stand when it commits,
 * which Delta's log guards: of two runs at a time one fails, and loses nothing by being run again.
 */
public final class RunCommit implements Serializable {

  private static final int MOST_ATTEMPTS = 20;

  private final Lake lake;
  private final RunId run;
  private final String dataset;
  private final String ledger;
  private final int batches;
  private final boolean replace;
  private final CleanState begunFrom;

  RunCommit(
      Lake lake,
      RunId run,
      String dataset,
      String ledger,
      int batches,
      boolean replace,
      CleanState begunFrom) {
    this.lake = lake;
    this.run = run;
    this.dataset = dataset;
    this.ledger = ledger;
    this.batches = batches;
    this.replace = replace;
    this.begunFrom = begunFrom;
  }

  /** The run, which its dead letters have to tell in their column. */
  public RunId run() {
    return run;
  }

  /** What names this run in the names of its files of clean rows. */
  public String cleanFileTag() {
    return run.cleanFileTag();
  }

  /** What names this run in the names of its files of dead letters. */
  public String deadLetterFileTag() {
    return run.deadLetterFileTag(dataset);
  }

  /**
   * Commits what the run's batches became. Batches that were written more than once, because a
   * worker was lost, count once.
   *
   * @return the books of the run
   * @throws TableException if the books do not balance, or another run was faster; then nothing of
   *     this run counts
   */
  public Books commit(Storage storage, Iterable<WrittenBatch> written) throws IOException {
    Map<Integer, WrittenBatch> byNumber = new TreeMap<>();
    for (WrittenBatch batch : written) {
      byNumber.putIfAbsent(batch.number(), batch);
    }
    Books books = balanced(byNumber.values());

    DeltaTable clean = DeltaTable.at(storage, lake.silver(dataset));
    Optional<TableSnapshot> snapshot = clean.latest();
    CleanState state = CleanState.of(snapshot);
    if (state.runs().contains(run.value())) {
      return books; // by an earlier attempt
    }
    if (!state.equals(begunFrom)) {
      throw otherWasFaster(clean);
    }
    List<DataFile> deadLetters =
        byNumber.values().stream().flatMap(batch -> batch.deadLetters().stream()).toList();
    DeadLetters letters = new DeadLetters(storage);
    Set<String> doomed = letters.add(deadLetters);

    RunReport report = new RunReport(run.value(), dataset, Instant.now().toString(), books);
    CleanState after = (replace ? CleanState.EMPTY : state).plus(report, ledger);
    DeltaCommit commit = clean.change(snapshot, Datasets.named(dataset).schema());
    byNumber.values().forEach(batch -> batch.clean().forEach(commit::add));
    if (replace && snapshot.isPresent()) {
      commit.replaceAll();
    }
    try {
      commit.domain(CleanState.DOMAIN, after.toJson()).commit();
    } catch (CommitConflictException e) {
      Optional<TableSnapshot> now = clean.latest();
      if (now.isPresent() && CleanState.of(now.get()).runs().contains(run.value())) {
        return books; // by another attempt at the same time
      }
      throw otherWasFaster(clean);
    }

    doomed.removeAll(after.held());
    letters.remove(doomed);
    report.write(storage, lake);
    return books;
  }

  private static TableException otherWasFaster(DeltaTable clean) {
    return new TableException(
        "Another run was committed to "
            + clean.location()
            + " while this one was under way. Nothing of this run was kept there: run it again, and"
            + " let one run at a time write to a dataset.");
  }

  private Books balanced(Collection<WrittenBatch> written) throws TableException {
    if (written.size() != batches) {
      throw new TableException(
          "Of the "
              + batches
              + " batches of "
              + dataset
              + " in this run "
              + written.size()
              + " were written, so records would be lost. Nothing was committed: run it again.");
    }
    Books books = Books.NONE;
    for (WrittenBatch batch : written) {
      books = books.plus(batch.books());
    }
    if (!books.balance()) {
      throw new TableException(
          "The books of "
              + dataset
              + " do not balance: "
              + books
              + ". Nothing was committed. Please report it with the input.");
    }
    return books;
  }

  /**
   * The table of dead letters, of which this run changes the rows of its dataset.
   *
   * <p>A file whose name does not tell whose it is, since another program rewrote it, may hold rows
   * of several datasets and runs. Where some of them have to go it is replaced by one with the
   * rest; two commits that replace the same file conflict.
   */
  private final class DeadLetters {

    private final Storage storage;
    private final DeltaTable table;

    DeadLetters(Storage storage) {
      this.storage = storage;
      this.table = DeltaTable.at(storage, lake.deadLetters());
    }

    /**
     * Adds this run's files, in place of what an earlier attempt added.
     *
     * @return the other runs that the table has rows of
     */
    Set<String> add(List<DataFile> files) throws IOException {
      return commit(files, run.value()::equals);
    }

    /** Removes the rows of these runs. */
    void remove(Set<String> runs) throws IOException {
      if (!runs.isEmpty()) {
        commit(List.of(), runs::contains);
      }
    }

    /** Commits a change, unless there is none; returns the runs whose rows stay. */
    private Set<String> commit(List<DataFile> files, Predicate<String> removed) throws IOException {
      Set<String> added = files.stream().map(DataFile::path).collect(toSet());
      for (int attempt = 1; ; attempt++) {
        Optional<TableSnapshot> snapshot = table.latest();
        Set<String> stay = new HashSet<>();
        List<ActiveFile> gone = new ArrayList<>();
        List<DataFile> rest = List.of();
        if (snapshot.isPresent()) {
          snapshot.get().requireSchema(DeadLetterTable.SCHEMA);
          for (ActiveFile file : snapshot.get().files()) {
            Set<String> runs = runs(snapshot.get(), file);
            if (runs.stream().anyMatch(removed) && !added.contains(file.path())) {
              gone.add(file);
            }
            runs.stream().filter(removed.negate()).forEach(stay::add);
          }
          rest = rest(snapshot.get(), gone, removed);
        }
        if (files.isEmpty() && gone.isEmpty()) {
          return stay;
        }
        try {
          DeltaCommit commit = table.change(snapshot, DeadLetterTable.SCHEMA).remove(gone);
          files.forEach(commit::add);
          rest.forEach(commit::add);
          // the domain makes two committers of one dataset conflict; others pass each other
          commit.domain(CleanState.DOMAIN + "." + dataset, run.value()).commit();
          return stay;
        } catch (CommitConflictException e) {
          if (attempt == MOST_ATTEMPTS) {
            throw e;
          }
        }
      }
    }

    /** The runs of the dataset that a file has rows of. */
    private Set<String> runs(TableSnapshot snapshot, ActiveFile file) throws IOException {
      Optional<DeadLetterOwner> owner = DeadLetterOwner.of(file);
      if (owner.isPresent()) {
        return owner.get().dataset().equals(dataset) ? Set.of(owner.get().run()) : Set.of();
      }
      Set<String> runs = new HashSet<>();
      DeadLetterReader.Condition told =
          (itsDataset, itsRun) -> itsDataset.equals(dataset) && itsRun != null;
      try (TableReader rows =
          new DeadLetterReader(snapshot, List.of(DeadLetterTable.RUN), List.of(file), told)) {
        while (rows.next()) {
          BytesColumn column = (BytesColumn) rows.block().column(0);
          for (int row = 0; row < column.size(); row++) {
            runs.add(column.string(row));
          }
        }
      }
      return runs;
    }

    /** Writes those rows of removed files that are to stay into new ones. */
    private List<DataFile> rest(
        TableSnapshot snapshot, List<ActiveFile> gone, Predicate<String> removed)
        throws IOException {
      List<ActiveFile> mixed =
          gone.stream().filter(file -> DeadLetterOwner.of(file).isEmpty()).toList();
      if (mixed.isEmpty()) {
        return List.of();
      }
      try (TableReader rows =
              new DeadLetterReader(
                  snapshot,
                  DeadLetterTable.SCHEMA.columns().stream().map(ColumnSpec::path).toList(),
                  mixed,
                  (itsDataset, itsRun) ->
                      !itsDataset.equals(dataset) || itsRun == null || !removed.test(itsRun));
          RollingDataFileWriter writer =
              new RollingDataFileWriter(
                  storage,
                  table.location(),
                  DeadLetterTable.SCHEMA,
                  ParquetSettings.DEFAULT,
                  cleanFileTag(),
                  RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
        while (rows.next()) {
          writer.append(rows.block());
        }
        return writer.finish();
      }
    }
  }
}
