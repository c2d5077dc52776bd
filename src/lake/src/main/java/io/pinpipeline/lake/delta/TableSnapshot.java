package io.pinpipeline.lake.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.TableSchema;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One version of a table. Reading it needs the storage that the table was opened with. */
public final class TableSnapshot {

  /** The clock of a writer and that of the storage, which says when a commit was. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private final DeltaTable table;
  private final Snapshot kernel;
  private final TableSchema schema;
  private @Nullable TableSize size;

  TableSnapshot(DeltaTable table, Snapshot kernel) throws TableException {
    this.table = table;
    this.kernel = kernel;
    this.schema = DeltaSchemas.fromDelta(kernel.getSchema(), table.location());
  }

  DeltaTable table() {
    return table;
  }

  Snapshot kernel() {
    return kernel;
  }

  public long version() {
    return kernel.getVersion();
  }

  /** When this version was committed, by the clock of the storage. */
  public Instant committedAt() throws IOException {
    try {
      return Instant.ofEpochMilli(kernel.getTimestamp(table.engine()));
    } catch (RuntimeException e) {
      throw KernelFailures.explain("read", table.location(), e);
    }
  }

  /** All leaf columns, partition columns too. */
  public TableSchema schema() {
    return schema;
  }

  public List<String> partitionColumns() {
    return kernel.getPartitionColumnNames();
  }

  /** The table's own properties; what is not set stands at Delta's default. */
  public Map<String, String> properties() {
    return Map.copyOf(KernelInternals.properties(kernel));
  }

  /**
   * Refuses a table that rows of this schema cannot be appended to.
   *
   * @throws TableException if a column is missing, is one too many, or differs
   */
  public void requireSchema(TableSchema expected) throws TableException {
    if (Set.copyOf(schema.columns()).equals(Set.copyOf(expected.columns()))) {
      return;
    }
    throw new TableException(
        "The table "
            + table.location()
            + " has other columns than expected."
            + onlyIn("Missing", expected, schema)
            + onlyIn("Not expected", schema, expected)
            + " Another program or another version of pinpipeline made or changed it: use another"
            + " location, or move the table away to build it anew.");
  }

  private static String onlyIn(String title, TableSchema these, TableSchema others) {
    List<ColumnSpec> only = new ArrayList<>(these.columns());
    only.removeAll(others.columns());
    return only.isEmpty()
        ? ""
        : only.stream()
            .map(c -> c.path() + " " + c.type() + (c.required() ? " required" : ""))
            .collect(Collectors.joining(", ", " " + title + ": ", "."));
  }

  /** What a commit has set for this domain ({@link DeltaCommit#domain}) last. */
  public Optional<String> domain(String name) throws IOException {
    try {
      return kernel.getDomainMetadata(name);
    } catch (RuntimeException e) {
      throw KernelFailures.explain("read", table.location(), e);
    }
  }

  /**
   * How large the table is, from its log; only files whose writer did not count their rows are
   * read.
   */
  public synchronized TableSize size() throws IOException {
    if (size == null) {
      long rows = 0;
      long bytes = 0;
      List<ActiveFile> uncounted = new ArrayList<>();
      List<ActiveFile> files = files();
      for (ActiveFile file : files) {
        bytes += file.size();
        if (file.rows() == ActiveFile.UNKNOWN_ROWS) {
          uncounted.add(file);
        } else {
          rows += file.rows();
        }
      }
      if (!uncounted.isEmpty()) {
        try (TableReader reader = read(List.of(schema.column(0).path()), uncounted)) {
          while (reader.next()) {
            rows += reader.block().rows();
          }
        }
      }
      size = new TableSize(rows, files.size(), bytes);
    }
    return size;
  }

  /** The files that the table is made of, in no particular order. */
  public List<ActiveFile> files() throws IOException {
    List<ActiveFile> files = new ArrayList<>();
    List<StructField> partitionColumns = partitionFields();
    forEachFile(scanFile -> files.add(KernelInternals.activeFile(scanFile, partitionColumns)));
    return files;
  }

  /**
   * The names, without folders, of all files that a reader of the table may ask for: those of this
   * version, and those that commits removed no longer ago than the table keeps such for readers of
   * earlier versions ({@code delta.deletedFileRetentionDuration}, a week if it is not set).
   * Deletion vectors are among them.
   *
   * <p>Writers give each file a name of its own. Unlike a path it is the same however the log
   * writes it, so that no file that is needed looks like one that is not.
   *
   * @throws TableException if the table has features that we do not know, which may have files of
   *     their own
   */
  public Set<String> retainedNames(Instant now) throws IOException {
    Set<String> names = new HashSet<>();
    try {
      KernelInternals.requireKnownFeatures(kernel);
      KernelInternals.removedFileNames(
          table.engine(),
          kernel,
          now.toEpochMilli() - KernelInternals.removedFileRetention(kernel),
          names::add);
    } catch (RuntimeException e) {
      throw KernelFailures.explain("vacuum", table.location(), e);
    }
    forEachFile(scanFile -> KernelInternals.fileNames(scanFile).forEach(names::add));
    return names;
  }

  /**
   * The commit that added a file of this version; empty if the log does not hold it any more. It
   * reads the log's entries from the time on at which the file was written.
   */
  public Optional<TableCommit> addedBy(ActiveFile file) throws IOException {
    try {
      return KernelInternals.addedBy(
          table.engine(),
          table.kernelTable(),
          kernel,
          file.path(),
          file.modifiedMillis() - CLOCKS_DIFFER.toMillis());
    } catch (RuntimeException e) {
      throw KernelFailures.explain("trace a file of", table.location(), e);
    }
  }

  /** The log's entries, as Kernel has them, that describe these files. */
  List<Row> entries(Predicate<ActiveFile> wanted) throws IOException {
    List<Row> entries = new ArrayList<>();
    List<StructField> partitionColumns = partitionFields();
    forEachFile(
        scanFile -> {
          if (wanted.test(KernelInternals.activeFile(scanFile, partitionColumns))) {
            entries.add(scanFile);
          }
        });
    return entries;
  }

  private List<StructField> partitionFields() {
    return partitionColumns().stream().map(kernel.getSchema()::get).toList();
  }

  private void forEachFile(Consumer<Row> visitor) throws IOException {
    try (CloseableIterator<FilteredColumnarBatch> batches =
        KernelInternals.scanFiles(table.engine(), kernel)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            visitor.accept(rows.next());
          }
        }
      }
    } catch (RuntimeException e) {
      throw KernelFailures.explain("read", table.location(), e);
    }
  }

  /**
   * Reads all rows, in no particular order.
   *
   * @param columns paths of the leaf columns wanted, in the order wanted
   * @throws IllegalArgumentException if there is no such column, or none is wanted
   */
  public TableReader read(List<String> columns) throws IOException {
    return read(columns, entries(file -> true));
  }

  /** As {@link #read(List)}, of these files alone. */
  public TableReader read(List<String> columns, Collection<ActiveFile> files) throws IOException {
    Set<String> paths = files.stream().map(ActiveFile::path).collect(Collectors.toSet());
    return read(columns, entries(file -> paths.contains(file.path())));
  }

  /** Is handed the rows of a table's files. */
  @FunctionalInterface
  public interface FileVisitor {

    /** Takes some rows of a file; the block is filled anew after. */
    void visit(ActiveFile file, ColumnBlock rows) throws IOException;
  }

  /**
   * Reads these files, one after the other in this order; those that are not in the table are left
   * out.
   *
   * @param columns as {@link #read(List)} takes them
   */
  public void readEach(List<String> columns, List<ActiveFile> files, FileVisitor visitor)
      throws IOException {
    List<StructField> partitionColumns = partitionFields();
    Map<ActiveFile, Row> entries = new HashMap<>();
    forEachFile(entry -> entries.put(KernelInternals.activeFile(entry, partitionColumns), entry));
    for (ActiveFile file : files) {
      Row entry = entries.get(file);
      if (entry != null) {
        try (TableReader rows = read(columns, List.of(entry))) {
          while (rows.next()) {
            visitor.visit(file, rows.block());
          }
        }
      }
    }
  }

  private TableReader read(List<String> columns, List<Row> entries) {
    TableSchema wanted =
        new TableSchema(columns.stream().map(path -> schema.column(schema.indexOf(path))).toList());
    if (wanted.size() == 0) {
      throw new IllegalArgumentException("no columns to read");
    }
    StructType readSchema = DeltaSchemas.pruned(kernel.getSchema(), columns);
    Scan scan = kernel.getScanBuilder().withReadSchema(readSchema).build();
    return new ScanReader(
        table,
        scan,
        readSchema,
        wanted,
        entries.iterator(),
        KernelInternals.hasColumnMapping(kernel),
        partitionColumns());
  }

  @Override
  public String toString() {
    return table.location() + " version " + version();
  }
}
