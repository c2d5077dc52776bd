package io.pinpipeline.lake.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionBuilder;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.DeltaLogActionUtils.DeltaAction;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.TableImpl;
import io.delta.kernel.internal.TransactionBuilderImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.RemoveFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.DelegateRow;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.pinpipeline.lake.DataFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that we use of Delta Kernel beyond its public API, which in 4.0.1 can neither remove files,
 * nor keep the statistics of a file as they are (it cuts timestamps and drops what it does not
 * know), nor say a table's properties, nor begin a transaction from a snapshot that was read
 * before. Look here first when Kernel's version changes.
 */
final class KernelInternals {

  private static final String ENGINE = "pinpipeline";

  /** What is asked of the log's entries that removed files. */
  private static final StructType REMOVALS =
      new StructType()
          .add(
              "remove",
              new StructType()
                  .add("path", StringType.STRING)
                  .add("deletionTimestamp", LongType.LONG, true)
                  .add("deletionVector", DeletionVectorDescriptor.READ_SCHEMA, true),
              true);

  private KernelInternals() {}

  static Map<String, String> properties(Snapshot snapshot) {
    return ((SnapshotImpl) snapshot).getMetadata().getConfiguration();
  }

  /** Stays the same for a table's life, and differs when it was dropped and made again. */
  static String tableId(Snapshot snapshot) {
    return ((SnapshotImpl) snapshot).getMetadata().getId();
  }

  static boolean hasColumnMapping(Snapshot snapshot) {
    return ColumnMapping.isColumnMappingModeEnabled(
        ColumnMapping.getColumnMappingMode(properties(snapshot)));
  }

  /** Whether data files must carry what ours do not: see {@link DeltaCommit}. */
  static boolean needsColumnIdentifiers(Snapshot snapshot) {
    return hasColumnMapping(snapshot)
        || properties(snapshot).entrySet().stream()
            .anyMatch(
                property ->
                    property.getKey().startsWith("delta.enableIceberg")
                        && Boolean.parseBoolean(property.getValue()));
  }

  static TransactionBuilder creation(Engine engine, Table table) {
    return table.createTransactionBuilder(engine, ENGINE, Operation.CREATE_TABLE);
  }

  /** A transaction that commits as the version after the snapshot's, or not at all. */
  static UpdateBuilder update(Table table, Operation operation) {
    return new UpdateBuilder((TableImpl) table, operation);
  }

  /** Kernel's builder reads the latest snapshot itself; this one takes the one already read. */
  static final class UpdateBuilder extends TransactionBuilderImpl {

    private UpdateBuilder(TableImpl table, Operation operation) {
      super(table, ENGINE, operation);
    }

    Transaction build(Engine engine, Snapshot onto) {
      return buildTransactionInternal(engine, false, Optional.of((SnapshotImpl) onto));
    }
  }

  /** The action that adds a file, with its statistics verbatim. */
  static Row add(DataFile file, Map<String, @Nullable String> partitionValues, boolean dataChange) {
    StructType schema = AddFile.FULL_SCHEMA;
    Map<Integer, Object> fields = new HashMap<>();
    fields.put(schema.indexOf("path"), encode(file.path()));
    fields.put(
        schema.indexOf("partitionValues"), VectorUtils.stringStringMapValue(partitionValues));
    fields.put(schema.indexOf("size"), file.size());
    fields.put(schema.indexOf("modificationTime"), file.modifiedMillis());
    fields.put(schema.indexOf("dataChange"), dataChange);
    fields.put(schema.indexOf("stats"), file.statistics());
    return SingleAction.createAddFileSingleAction(new GenericRow(schema, fields));
  }

  /** The action that removes an active file, its deletion vector and tags included. */
  static Row remove(Row scanFile, boolean dataChange) {
    return SingleAction.createRemoveFileSingleAction(
        addFile(scanFile).toRemoveFileRow(dataChange, Optional.empty()));
  }

  /** The log holds relative URIs; a colon in the first name of one would make a scheme of it. */
  private static String encode(String path) {
    try {
      return new URI(null, null, "/" + path, null).getRawPath().substring(1).replace(":", "%3A");
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a relative path: " + path, e);
    }
  }

  /**
   * A path as the log holds it, as it is in storage; of a whole URI without what it begins with.
   */
  private static String decode(String path) {
    return URI.create(path).isAbsolute()
        ? URI.create(path).getPath()
        : URI.create("/" + path).getPath().substring(1);
  }

  /** All active files with their statistics, as Kernel's scan rows. */
  static CloseableIterator<FilteredColumnarBatch> scanFiles(Engine engine, Snapshot snapshot) {
    return ((ScanImpl) snapshot.getScanBuilder().build()).getScanFiles(engine, true);
  }

  static ActiveFile activeFile(Row scanFile, List<StructField> partitionColumns) {
    AddFile add = addFile(scanFile);
    Map<String, String> physical = VectorUtils.toJavaMap(add.getPartitionValues());
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (StructField column : partitionColumns) {
      values.put(column.getName(), physical.get(ColumnMapping.getPhysicalName(column)));
    }
    Optional<DeletionVectorDescriptor> deletions = add.getDeletionVector();
    String statistics = add.getStatsJson().orElse(null);
    long written = add.getNumRecords().orElse(ActiveFile.UNKNOWN_ROWS);
    return new ActiveFile(
        path(add),
        add.getSize(),
        add.getModificationTime(),
        written == ActiveFile.UNKNOWN_ROWS
            ? written
            : written - deletions.map(DeletionVectorDescriptor::getCardinality).orElse(0L),
        values,
        statistics,
        deletions.map(DeletionVectorDescriptor::getUniqueId).orElse(null));
  }

  private static AddFile addFile(Row scanFile) {
    return new AddFile(scanFile.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
  }

  /** Whether some rows of an active file are not in the table any more. */
  static boolean hasDeletions(Row scanFile) {
    return addFile(scanFile).getDeletionVector().isPresent();
  }

  /** How long removed files stay for readers of earlier versions, in milliseconds. */
  static long removedFileRetention(Snapshot snapshot) {
    return TableConfig.TOMBSTONE_RETENTION.fromMetadata(((SnapshotImpl) snapshot).getMetadata());
  }

  /** Refuses a table with features that we do not know: they may have files of their own. */
  static void requireKnownFeatures(Snapshot snapshot) {
    SnapshotImpl table = (SnapshotImpl) snapshot;
    TableFeatures.validateKernelCanWriteToTable(
        table.getProtocol(), table.getMetadata(), table.getDataPath().toString());
  }

  /** The names of an active file, and of the one that tells its deleted rows. */
  static Stream<String> fileNames(Row scanFile) {
    AddFile add = addFile(scanFile);
    return fileNames(add.getPath(), add.getDeletionVector());
  }

  /**
   * Hands the names of files that were removed since a time, and of those that tell their deleted
   * rows, to the visitor: of all commits that the log still holds, and of the last checkpoint.
   * Kernel's own way to tombstones, its checkpoints, forgets those that an earlier checkpoint held.
   */
  static void removedFileNames(
      Engine engine, Snapshot snapshot, long sinceMillis, Consumer<String> visitor)
      throws IOException {
    SnapshotImpl table = (SnapshotImpl) snapshot;
    List<FileStatus> log = new ArrayList<>();
    try (CloseableIterator<FileStatus> all =
        engine.getFileSystemClient().listFrom(FileNames.listingPrefix(table.getLogPath(), 0))) {
      all.forEachRemaining(
          file -> {
            if (FileNames.isCommitFile(file.getPath())) {
              log.add(file);
            }
          });
    }
    log.addAll(table.getLogSegment().getCheckpoints());
    try (ActionsIterator batches = new ActionsIterator(engine, log, REMOVALS, Optional.empty())) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getColumnarBatch().getRows()) {
          while (rows.hasNext()) {
            Row row = rows.next();
            if (!row.isNullAt(0)) {
              RemoveFile removed = new RemoveFile(row.getStruct(0));
              if (removed.getDeletionTimestamp().orElse(Long.MAX_VALUE) >= sinceMillis) {
                fileNames(removed.getPath(), removed.getDeletionVector()).forEach(visitor);
              }
            }
          }
        }
      }
    }
  }

  private static Stream<String> fileNames(
      String path, Optional<DeletionVectorDescriptor> deletions) {
    return Stream.concat(
            Stream.of(decode(path)),
            deletions.filter(DeletionVectorDescriptor::isOnDisk).stream()
                .map(vector -> vector.getAbsolutePath("/")))
        .map(file -> file.substring(file.lastIndexOf('/') + 1));
  }

  /**
   * The first commit since a time that added a file. It reads the log's entries from then on until
   * it finds it.
   */
  static Optional<TableCommit> addedBy(
      Engine engine, Table table, Snapshot snapshot, String path, long sinceMillis)
      throws IOException {
    TableImpl log = (TableImpl) table;
    long version = log.getVersionAtOrAfterTimestamp(engine, sinceMillis);
    for (; version <= snapshot.getVersion(); version++) {
      try (CloseableIterator<ColumnarBatch> changes =
          log.getChanges(engine, version, version, Set.of(DeltaAction.ADD))) {
        while (changes.hasNext()) {
          try (CloseableIterator<Row> rows = changes.next().getRows()) {
            while (rows.hasNext()) {
              Row row = rows.next();
              StructType schema = row.getSchema();
              int add = schema.indexOf(DeltaAction.ADD.colName);
              if (!row.isNullAt(add) && path(new AddFile(row.getStruct(add))).equals(path)) {
                return Optional.of(
                    new TableCommit(
                        version, Instant.ofEpochMilli(row.getLong(schema.indexOf("timestamp")))));
              }
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String path(AddFile add) {
    return URI.create(add.getPath()).isAbsolute() ? add.getPath() : decode(add.getPath());
  }

  static FileStatus dataFile(Row scanFile) {
    return InternalScanFileUtils.getAddFileStatus(scanFile);
  }

  /**
   * What Kernel must know of a scan to read its files. It gives the table's location as a URI, but
   * looks for deletion vectors there as if it were a path: so here it is a path.
   */
  static Row scanState(Engine engine, Scan scan, String tablePath) {
    Row state = scan.getScanState(engine);
    return new DelegateRow(state, Map.of(state.getSchema().indexOf("tablePath"), tablePath));
  }

  static StructType physicalDataSchema(Engine engine, Row scanState) {
    return ScanStateRow.getPhysicalDataReadSchema(engine, scanState);
  }

  static String commitFile(Snapshot snapshot, long version) {
    return FileNames.deltaFile(((SnapshotImpl) snapshot).getLogPath(), version);
  }
}
