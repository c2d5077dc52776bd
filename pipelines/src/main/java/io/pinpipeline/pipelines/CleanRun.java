package io.pinpipeline.pipelines;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.RunCommit;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.InputSplit;
import io.pinpipeline.pipelines.source.Inputs;
import io.pinpipeline.pipelines.source.Splitter;
import io.pinpipeline.pipelines.source.TableKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded run as it was planned before any work begins: what it takes, in which splits, and how
 * it will be committed.
 */
public final class CleanRun {

  /** So many keys make one shard, which has to fit into memory: some 110 bytes each. */
  private static final long KEYS_A_SHARD = 400_000;

  /** Records are rarely shorter; where they are, shards are larger. */
  private static final long BYTES_A_RECORD = 64;

  /** JSON grows by so much when it is unzipped. */
  private static final long GZIP_RATIO = 8;

  /** More groups than that cost more than they gain. */
  private static final int MOST_SHARDS = 4096;

  /**
   * What a user asks for.
   *
   * @param input patterns of objects, parted by commas
   * @param lake where the tables are
   * @param only the dataset that all objects belong to; null where their names tell
   * @param datasets those whose objects are taken; those of others are left to other runs
   * @param fullRefresh whether the tables are built anew from all of the input
   * @param maxRecordBytes larger records are dead letters
   * @param fileForm what data files are like
   * @param cores how many splits are worked on at a time
   */
  public record Request(
      String input,
      Lake lake,
      @Nullable Dataset<?> only,
      Collection<Dataset<?>> datasets,
      boolean fullRefresh,
      int maxRecordBytes,
      FileForm fileForm,
      int cores) {}

  private final Request request;
  private final RunId id;
  private final List<InputSplit> splits;
  private final Map<Dataset<?>, List<StoredObject>> taken;
  private final Map<Dataset<?>, Integer> passedOver;
  private final Map<String, RunCommit> commits;
  private final int shards;
  private final TableKeys tableKeys;

  private CleanRun(
      Request request,
      RunId id,
      List<InputSplit> splits,
      Map<Dataset<?>, List<StoredObject>> taken,
      Map<Dataset<?>, Integer> passedOver,
      Map<String, RunCommit> commits,
      int shards,
      TableKeys tableKeys) {
    this.request = request;
    this.id = id;
    this.splits = splits;
    this.taken = taken;
    this.passedOver = passedOver;
    this.commits = commits;
    this.shards = shards;
    this.tableKeys = tableKeys;
  }

  /**
   * Plans a run: lists the input, leaves out what committed runs have taken, and cuts the rest into
   * splits.
   *
   * @throws IOException if there is no such input, or the lake is none that can be written to
   */
  public static CleanRun plan(Storage storage, Request request, RunId id) throws IOException {
    return plan(storage, request, id, 0);
  }

  /**
   * As above, with splits of another size.
   *
   * @param splitBytes 0 for what suits the input and the cores
   */
  static CleanRun plan(Storage storage, Request request, RunId id, long splitBytes)
      throws IOException {
    Map<Dataset<?>, List<StoredObject>> inputs =
        Inputs.list(storage, request.input(), request.only(), request.lake().location());
    inputs.keySet().retainAll(request.datasets());
    Map<Dataset<?>, CleanTable> tables = new LinkedHashMap<>();
    Map<Dataset<?>, List<StoredObject>> taken = new LinkedHashMap<>();
    Map<Dataset<?>, Integer> passedOver = new LinkedHashMap<>();
    for (Map.Entry<Dataset<?>, List<StoredObject>> input : inputs.entrySet()) {
      CleanTable table = CleanTable.open(storage, request.lake(), input.getKey());
      table.restoreBooks(request.lake());
      List<StoredObject> all = input.getValue();
      List<StoredObject> untaken = request.fullRefresh() ? all : table.untaken(all);
      passedOver.put(input.getKey(), all.size() - untaken.size());
      if (!untaken.isEmpty()) {
        tables.put(input.getKey(), table);
        taken.put(input.getKey(), untaken);
      }
    }
    long bytes = taken.values().stream().flatMap(List::stream).mapToLong(StoredObject::size).sum();
    List<InputSplit> splits =
        Splitter.split(
            taken, splitBytes > 0 ? splitBytes : Splitter.splitBytes(bytes, request.cores()));
    Map<String, Integer> batches = new HashMap<>();
    splits.forEach(split -> batches.merge(split.dataset(), 1, Integer::sum));
    Map<String, RunCommit> commits = new HashMap<>();
    for (Map.Entry<Dataset<?>, CleanTable> table : tables.entrySet()) {
      String dataset = table.getKey().name();
      commits.put(
          dataset,
          table
              .getValue()
              .prepare(
                  request.lake(),
                  id,
                  taken.getOrDefault(table.getKey(), List.of()),
                  batches.getOrDefault(dataset, 0),
                  request.fullRefresh()));
    }
    Collection<CleanTable> before =
        request.fullRefresh() ? List.of() : new ArrayList<>(tables.values());
    int shards = shards(taken, before);
    return new CleanRun(
        request,
        id,
        splits,
        taken,
        passedOver,
        commits,
        shards,
        TableKeys.of(request.lake(), before, shards));
  }

  /** Enough shards for the dataset with the most keys, those that its table holds included. */
  private static int shards(
      Map<Dataset<?>, List<StoredObject>> taken, Collection<CleanTable> tables) throws IOException {
    Map<Dataset<?>, Long> keys = new HashMap<>();
    taken.forEach(
        (dataset, objects) ->
            keys.put(
                dataset,
                objects.stream()
                    .mapToLong(
                        object ->
                            object.size()
                                * (Inputs.isGzip(object.location()) ? GZIP_RATIO : 1)
                                / BYTES_A_RECORD)
                    .sum()));
    for (CleanTable table : tables) {
      if (table.snapshot().isPresent()) {
        keys.merge(table.dataset(), table.snapshot().get().size().rows(), Long::sum);
      }
    }
    long most = keys.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return (int) Math.min(MOST_SHARDS, 1 + most / KEYS_A_SHARD);
  }

  public RunId id() {
    return id;
  }

  /** Whether there is anything to do. */
  public boolean isEmpty() {
    return splits.isEmpty();
  }

  /** The objects that it takes, of each dataset. */
  public Map<Dataset<?>, List<StoredObject>> taken() {
    return taken;
  }

  /** How many objects of each dataset earlier runs have taken. */
  public Map<Dataset<?>, Integer> passedOver() {
    return passedOver;
  }

  /** The bytes of all objects that it takes, as they are stored. */
  public long bytes() {
    return taken.values().stream().flatMap(List::stream).mapToLong(StoredObject::size).sum();
  }

  /** The bytes of all records that it takes; 0 where gzip hides how many they are. */
  public long recordBytes() {
    boolean hidden =
        taken.values().stream()
            .flatMap(List::stream)
            .anyMatch(object -> Inputs.isGzip(object.location()));
    return hidden ? 0 : bytes();
  }

  List<InputSplit> splits() {
    return splits;
  }

  int maxRecordBytes() {
    return request.maxRecordBytes();
  }

  int shards() {
    return shards;
  }

  Lake lake() {
    return request.lake();
  }

  Map<String, RunCommit> commits() {
    return commits;
  }

  FileForm fileForm() {
    return request.fileForm();
  }

  TableKeys tableKeys() {
    return tableKeys;
  }
}
