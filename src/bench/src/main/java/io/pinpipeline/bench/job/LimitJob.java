package io.pinpipeline.bench.job;

import io.pinpipeline.bench.job.Splits.Split;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.arrival.KeyIndex;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The limit: what is left of our own {@code clean} when all is taken away that the job itself does
 * not need: no engine, no plan, no books, no ledger. The parts are those of the product: cleaner,
 * Parquet writer, one Delta commit a table. As there, the input is cleaned for its keys, and once
 * more without the repeats.
 */
public final class LimitJob implements Job {

  private static final String RUN = "bench";

  @Override
  public void run(Path input, Path output) throws Exception {
    List<Split> splits = Splits.of(input);
    Repeats[] repeats = repeats(splits);
    Map<Location, List<DataFile>> files = new HashMap<>();
    Lake lake = new Lake(Location.ofPath(output));
    try (Storage storage = new LocalStorage()) {
      Splits.onAllCores(
          splits.size(),
          () -> {
            Map<Dataset<?>, Cleaner> cleaners = cleaners();
            return i -> write(splits.get(i).marking(repeats[i]), cleaners, storage, lake, files);
          });
      for (Dataset<?> dataset : Datasets.all()) {
        commit(storage, lake.silver(dataset.name()), dataset.schema(), files);
      }
      commit(storage, lake.deadLetters(), DeadLetterTable.SCHEMA, files);
    }
  }

  private static Map<Dataset<?>, Cleaner> cleaners() {
    Map<Dataset<?>, Cleaner> cleaners = new HashMap<>();
    Datasets.all().forEach(dataset -> cleaners.put(dataset, dataset.cleaner(Clock.systemUTC())));
    return cleaners;
  }

  private static CleanBatch.Reader open(Split split, Map<Dataset<?>, Cleaner> cleaners)
      throws IOException {
    Cleaner cleaner = cleaners.get(split.of());
    if (cleaner == null) {
      throw new IllegalStateException("no cleaner for " + split.of());
    }
    return new CleanBatch(split).open(cleaner);
  }

  /** Which records of each split have come before. */
  private static Repeats[] repeats(List<Split> splits) throws Exception {
    Keys[] keys = new Keys[splits.size()];
    Splits.onAllCores(
        splits.size(),
        () -> {
          Map<Dataset<?>, Cleaner> cleaners = cleaners();
          return i -> {
            Keys found = new Keys();
            try (CleanBatch.Reader blocks = open(splits.get(i), cleaners)) {
              for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
                found.add(splits.get(i).of(), block);
              }
            }
            keys[i] = found;
          };
        });
    Repeats[] repeats = new Repeats[splits.size()];
    List<Dataset<?>> datasets = Datasets.all();
    Splits.onAllCores(
        datasets.size(),
        () ->
            d -> {
              Arrivals arrivals = new KeyIndex().arrivals(0, 0);
              for (int i = 0; i < keys.length; i++) {
                if (splits.get(i).of().equals(datasets.get(d))) {
                  repeats[i] = keys[i].repeats(arrivals);
                }
              }
            });
    return repeats;
  }

  private static void write(
      Split split,
      Map<Dataset<?>, Cleaner> cleaners,
      Storage storage,
      Lake lake,
      Map<Location, List<DataFile>> files)
      throws IOException {
    Location table = lake.silver(split.dataset());
    try (CleanBatch.Reader blocks = open(split, cleaners);
        RollingDataFileWriter clean = writer(storage, table, split.of().schema());
        RollingDataFileWriter dead = writer(storage, lake.deadLetters(), DeadLetterTable.SCHEMA)) {
      for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
        clean.append(block.rows());
        dead.append(block.deadLetters());
      }
      List<DataFile> written = clean.finish();
      List<DataFile> writtenDead = dead.finish();
      synchronized (files) {
        files.computeIfAbsent(table, none -> new ArrayList<>()).addAll(written);
        files.computeIfAbsent(lake.deadLetters(), none -> new ArrayList<>()).addAll(writtenDead);
      }
    }
  }

  private static RollingDataFileWriter writer(Storage storage, Location table, TableSchema schema) {
    return new RollingDataFileWriter(
        storage,
        table,
        schema,
        ParquetSettings.DEFAULT,
        RUN,
        RollingDataFileWriter.DEFAULT_TARGET_BYTES);
  }

  private static void commit(
      Storage storage, Location table, TableSchema schema, Map<Location, List<DataFile>> files)
      throws IOException {
    DeltaCommit commit = DeltaTable.at(storage, table).change(Optional.empty(), schema);
    files.getOrDefault(table, List.of()).forEach(commit::add);
    commit.commit();
  }

  /** The keys of a split, with the fingerprints of their records. */
  private static final class Keys {

    private long[] keys = new long[1 << 14];
    private long[] fingerprints = new long[1 << 14];
    private int[] ordinals = new int[1 << 14];
    private int size;

    void add(Dataset<?> dataset, CleanBlock block) {
      TableSchema schema = dataset.schema();
      LongColumn key = (LongColumn) block.rows().column(schema.indexOf(dataset.key()));
      LongColumn fingerprint =
          (LongColumn) block.rows().column(schema.indexOf(Lineage.FINGERPRINT));
      int rows = block.rows().rows();
      if (size + rows > keys.length) {
        int larger = Math.max(size + rows, keys.length * 2);
        keys = Arrays.copyOf(keys, larger);
        fingerprints = Arrays.copyOf(fingerprints, larger);
        ordinals = Arrays.copyOf(ordinals, larger);
      }
      System.arraycopy(key.values(), 0, keys, size, rows);
      System.arraycopy(fingerprint.values(), 0, fingerprints, size, rows);
      for (int row = 0; row < rows; row++) {
        ordinals[size + row] = block.ordinal(row);
      }
      size += rows;
    }

    Repeats repeats(Arrivals arrivals) {
      int[] repeated = new int[size];
      boolean[] conflicting = new boolean[size];
      int count = 0;
      for (int i = 0; i < size; i++) {
        Arrival arrival = arrivals.arrive(keys[i], fingerprints[i]);
        if (arrival != Arrival.FIRST) {
          repeated[count] = ordinals[i];
          conflicting[count++] = arrival == Arrival.CONFLICT;
        }
      }
      return new Repeats(Arrays.copyOf(repeated, count), Arrays.copyOf(conflicting, count));
    }
  }
}
