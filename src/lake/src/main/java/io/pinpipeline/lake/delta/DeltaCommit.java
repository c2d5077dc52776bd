package io.pinpipeline.lake.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionBuilder;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One atomic change of a table: all of it becomes visible as one version, or nothing does.
 *
 * <p>It was decided from a snapshot, or from there being no table. When other commits came since,
 * it goes on top of them if they cannot have changed that decision, and else fails with a {@link
 * CommitConflictException}. They conflict when they
 *
 * <ul>
 *   <li>set a domain that this commit sets: that is the guard against a stale or doubled committer,
 *       to which Delta's transaction identifiers are none;
 *   <li>changed schema, properties or protocol, or made the table anew;
 *   <li>removed, or marked rows deleted in, a file that this commit removes;
 *   <li>changed data at all, if this commit {@linkplain #replaceAll replaces} all of it. Files that
 *       were only rearranged (OPTIMIZE) change no data.
 * </ul>
 *
 * <p>A failure other than a conflict, such as an answer that never came, leaves open whether the
 * commit is in the table: read the table again. Not thread-safe; used once.
 */
public final class DeltaCommit {

  private static final Logger logger = LoggerFactory.getLogger(DeltaCommit.class);

  /** Each loss means that another commit got through; so many in a row are no bad luck. */
  private static final int MOST_ATTEMPTS = 200;

  /** What the winning commits are asked. */
  private static final StructType WINNERS =
      new StructType()
          .add("metaData", new StructType().add("id", StringType.STRING), true)
          .add("protocol", new StructType(), true)
          .add("add", new StructType().add("dataChange", BooleanType.BOOLEAN), true)
          .add("remove", new StructType().add("dataChange", BooleanType.BOOLEAN), true)
          .add("domainMetadata", new StructType().add("domain", StringType.STRING), true);

  /** What a new table is. */
  record Definition(
      TableSchema schema, List<String> partitionColumns, Map<String, String> properties) {

    static final Definition NONE = new Definition(TableSchema.of(), List.of(), Map.of());
  }

  /** What a commit does, for people who read the table's history. */
  public enum Kind {
    /** Batch inserts, overwrites; recorded as WRITE. */
    WRITE(Operation.WRITE),
    /** The next batch of a stream; recorded as STREAMING UPDATE. */
    STREAM(Operation.STREAMING_UPDATE),
    /** Anything else, such as compaction; recorded as Manual Update. */
    MAINTENANCE(Operation.MANUAL_UPDATE);

    private final Operation operation;

    Kind(Operation operation) {
      this.operation = operation;
    }
  }

  private record Added(DataFile file, Map<String, @Nullable String> partitionValues) {}

  private final DeltaTable table;
  private final Optional<TableSnapshot> decidedFrom;
  private final Definition definition;
  private final List<Added> added = new ArrayList<>();
  private final Map<String, ActiveFile> removed = new HashMap<>();
  private final Map<String, String> domains = new LinkedHashMap<>();
  private Kind kind = Kind.WRITE;
  private boolean used;
  private boolean replaceAll;
  private boolean dataChange = true;

  DeltaCommit(DeltaTable table, Optional<TableSnapshot> decidedFrom, Definition definition) {
    this.table = table;
    this.decidedFrom = decidedFrom;
    this.definition = definition;
  }

  /** Adds a file of a table without partitions. */
  public DeltaCommit add(DataFile file) {
    return add(file, Map.of());
  }

  /**
   * Adds a file.
   *
   * @param partitionValues as in {@link ActiveFile#partitionValues()}
   */
  public DeltaCommit add(DataFile file, Map<String, @Nullable String> partitionValues) {
    added.add(new Added(file, partitionValues));
    return this;
  }

  /** Removes files; they stay in storage until a vacuum, for readers of older versions. */
  public DeltaCommit remove(Collection<ActiveFile> files) {
    files.forEach(file -> removed.put(file.path(), file));
    return this;
  }

  /** Removes all files that are in the table: with added ones this overwrites it. */
  public DeltaCommit replaceAll() {
    replaceAll = true;
    return this;
  }

  /** Says that the added files hold exactly the rows of the removed ones. */
  public DeltaCommit rearrangesOnly() {
    dataChange = false;
    return this;
  }

  /**
   * Sets a text that stands in the table until the next commit of it ({@link
   * TableSnapshot#domain}).
   */
  public DeltaCommit domain(String name, String value) {
    domains.put(name, value);
    return this;
  }

  public DeltaCommit kind(Kind newKind) {
    kind = newKind;
    return this;
  }

  /**
   * Commits, then writes what speeds up later readers where it is due (a checkpoint, a checksum);
   * if that fails, a warning is logged and the commit stands.
   *
   * @return the version of the table that this commit made
   * @throws CommitConflictException if another commit conflicts; nothing was committed
   * @throws TableException if the table cannot be written as it is
   */
  public long commit() throws IOException {
    if (used) {
      throw new IllegalStateException("commits once; begin another from a new snapshot");
    }
    used = true;
    TransactionCommitResult result;
    try {
      result = decidedFrom.isPresent() ? update(decidedFrom.get()) : create();
    } catch (RuntimeException e) {
      throw decidedFrom.isPresent()
          ? KernelFailures.explain("write", table.location(), e)
          : KernelFailures.explainCreation(table.location(), definition.properties(), e);
    }
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      run(hook, result.getVersion());
    }
    return result.getVersion();
  }

  private void run(PostCommitHook hook, long version) {
    try {
      hook.threadSafeInvoke(table.engine());
    } catch (CheckpointAlreadyExistsException e) {
      logger.debug("another writer was faster: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      logger.warn(
          "Version {} of {} is committed, but its {} could not be written, so reading the table is"
              + " slower until a later commit writes one: {}",
          version,
          table.location(),
          hook.getType(),
          e.toString());
    }
  }

  private TransactionCommitResult create() throws IOException {
    try {
      TransactionBuilder builder =
          KernelInternals.creation(table.engine(), table.kernelTable())
              .withSchema(table.engine(), DeltaSchemas.toDelta(definition.schema()))
              .withPartitionColumns(table.engine(), definition.partitionColumns())
              .withTableProperties(table.engine(), definition.properties())
              .withDomainMetadataSupported()
              .withMaxRetries(0);
      return commit(builder.build(table.engine()), List.of());
    } catch (ConcurrentWriteException | TableAlreadyExistsException e) {
      throw new CommitConflictException(
          "The table "
              + table.location()
              + " was made by another commit meanwhile. Read it and decide again.",
          0);
    }
  }

  private TransactionCommitResult update(TableSnapshot snapshot) throws IOException {
    TableSnapshot onto = snapshot;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      requireWritable(onto.kernel());
      List<Row> entries = entriesToRemove(onto);
      KernelInternals.UpdateBuilder builder =
          KernelInternals.update(table.kernelTable(), kind.operation);
      // No retries of Kernel's: its own check of conflicts does not look at files.
      builder.withMaxRetries(0);
      if (!domains.isEmpty()) {
        builder.withDomainMetadataSupported();
      }
      try {
        return commit(builder.build(table.engine(), onto.kernel()), entries);
      } catch (ConcurrentWriteException e) {
        onto = rebased(onto);
      }
    }
    throw conflict("and " + (MOST_ATTEMPTS - 1) + " others before it were faster", onto.version());
  }

  private TransactionCommitResult commit(Transaction transaction, List<Row> entriesToRemove) {
    domains.forEach(transaction::addDomainMetadata);
    List<Row> actions = new ArrayList<>();
    for (Row entry : entriesToRemove) {
      actions.add(KernelInternals.remove(entry, dataChange));
    }
    for (Added file : added) {
      actions.add(KernelInternals.add(file.file(), file.partitionValues(), dataChange));
    }
    return transaction.commit(
        table.engine(),
        CloseableIterable.inMemoryIterable(new InMemoryIterator<>(actions.iterator())));
  }

  /** Our files name columns as the schema does, and carry no identifiers of them. */
  private void requireWritable(Snapshot snapshot) throws TableException {
    if (!added.isEmpty() && KernelInternals.needsColumnIdentifiers(snapshot)) {
      throw new TableException(
          "Cannot write the table "
              + table.location()
              + ": another program has turned on column mapping or Iceberg compatibility, which"
              + " pinpipeline's files do not follow. Turn it off there, or write to another"
              + " location.");
    }
  }

  private List<Row> entriesToRemove(TableSnapshot onto) throws IOException {
    if (replaceAll) {
      return onto.entries(file -> true);
    }
    if (removed.isEmpty()) {
      return List.of();
    }
    List<Row> entries =
        onto.entries(
            file -> {
              ActiveFile wanted = removed.get(file.path());
              return wanted != null
                  && Objects.equals(wanted.deletionVector(), file.deletionVector());
            });
    if (entries.size() < removed.size()) {
      throw conflict("or one before it removed or changed a file to remove", onto.version());
    }
    return entries;
  }

  /** The latest version, if what came after the given one does not conflict. */
  private TableSnapshot rebased(TableSnapshot from) throws IOException {
    TableSnapshot latest =
        table
            .latest()
            .filter(
                now ->
                    now.version() > from.version()
                        && KernelInternals.tableId(now.kernel())
                            .equals(KernelInternals.tableId(from.kernel())))
            .orElseThrow(() -> conflict("belongs to a table made anew", from.version() + 1));
    for (long version = from.version() + 1; version <= latest.version(); version++) {
      requireNoConflict(latest.kernel(), version);
    }
    return latest;
  }

  private void requireNoConflict(Snapshot latest, long version) throws IOException {
    FileStatus log = FileStatus.of(KernelInternals.commitFile(latest, version));
    try (CloseableIterator<ColumnarBatch> batches =
        table
            .engine()
            .getJsonHandler()
            .readJsonFiles(
                new InMemoryIterator<>(List.of(log).iterator()), WINNERS, Optional.empty())) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            Optional<String> reason = conflict(rows.next());
            if (reason.isPresent()) {
              throw conflict(reason.get(), version);
            }
          }
        }
      }
    }
  }

  private Optional<String> conflict(Row action) {
    for (int ordinal = 0; ordinal < WINNERS.length(); ordinal++) {
      if (!action.isNullAt(ordinal)) {
        Row fields = action.getStruct(ordinal);
        switch (WINNERS.at(ordinal).getName()) {
          case "metaData", "protocol" -> {
            return Optional.of("changed the table's schema, properties or protocol");
          }
          case "domainMetadata" -> {
            if (domains.containsKey(fields.getString(0))) {
              return Optional.of("set the domain " + fields.getString(0));
            }
          }
          default -> {
            if (replaceAll && fields.getBoolean(0)) {
              return Optional.of("changed data");
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private CommitConflictException conflict(String reason, long winningVersion) {
    return new CommitConflictException(
        "Version "
            + winningVersion
            + " of the table "
            + table.location()
            + " was committed first, and "
            + reason
            + ". Read the table and decide again.",
        winningVersion);
  }
}
