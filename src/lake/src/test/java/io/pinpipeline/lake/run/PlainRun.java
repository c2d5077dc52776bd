package io.pinpipeline.lake.run;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.LineReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableDigest;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A run over objects of one dataset without an engine: one batch an object, no repeats. */
final class PlainRun {

  private final Dataset<?> dataset;
  private final List<StoredObject> objects;
  private final RunCommit commit;
  private final List<WrittenBatch> written = new ArrayList<>();

  private PlainRun(Dataset<?> dataset, List<StoredObject> objects, RunCommit commit) {
    this.dataset = dataset;
    this.objects = objects;
    this.commit = commit;
  }

  /** Writes an object with posts of their own, one in ten of them bad. */
  static StoredObject object(Storage storage, Location folder, RecordKind kind, int number)
      throws IOException {
    Location location = folder.resolve(kind.dataset() + "-" + number + ".jsonl");
    try (StorageOutput out = storage.create(location)) {
      PostGenerator generator = new PostGenerator(number, 40, Dirt.none().withOneBadIn(10));
      generator.generate(
          0,
          generator.turns(),
          (itsKind, key, buffer, offset, length) -> {
            if (itsKind == kind) {
              out.write(buffer, offset, length);
              out.write('\n');
            }
          });
      out.finish();
    }
    return storage.stat(location);
  }

  /** Begins a run over those of the objects that no run has taken, or over all. */
  static PlainRun begin(
      Storage storage, Lake lake, RecordKind kind, List<StoredObject> objects, boolean replace)
      throws IOException {
    Dataset<?> dataset = Datasets.named(kind.dataset());
    CleanTable table = CleanTable.open(storage, lake, dataset);
    table.restoreBooks(lake);
    List<StoredObject> taken = replace ? objects : table.untaken(objects);
    RunId id = RunId.beginning(Instant.now());
    return new PlainRun(dataset, taken, table.prepare(lake, id, taken, taken.size(), replace));
  }

  /** Writes the data files. */
  PlainRun write(Storage storage, Lake lake) throws IOException {
    for (StoredObject object : objects) {
      written.add(
          write(storage, lake, new WholeObject(dataset.name(), written.size(), storage, object)));
    }
    return this;
  }

  Books commit(Storage storage) throws IOException {
    return objects.isEmpty() ? Books.NONE : commit.commit(storage, written);
  }

  List<WrittenBatch> written() {
    return written;
  }

  RunCommit runCommit() {
    return commit;
  }

  private WrittenBatch write(Storage storage, Lake lake, RawBatch batch) throws IOException {
    try (CleanBatch.Reader blocks = new CleanBatch(batch).open(dataset.cleaner(Clock.systemUTC()));
        RollingDataFileWriter clean =
            new RollingDataFileWriter(
                storage,
                lake.silver(dataset.name()),
                dataset.schema(),
                ParquetSettings.DEFAULT,
                commit.cleanFileTag(),
                RollingDataFileWriter.DEFAULT_TARGET_BYTES);
        RollingDataFileWriter deadLetters =
            new RollingDataFileWriter(
                storage,
                lake.deadLetters(),
                DeadLetterTable.SCHEMA,
                ParquetSettings.DEFAULT,
                commit.deadLetterFileTag(),
                RollingDataFileWriter.DEFAULT_TARGET_BYTES)) {
      long records = 0;
      SortedMap<String, Long> codes = new TreeMap<>();
      for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
        clean.append(block.rows());
        block.stampRun(commit.run().value());
        deadLetters.append(block.deadLetters());
        records += block.records();
        BytesColumn code =
            (BytesColumn)
                block.deadLetters().column(DeadLetterTable.SCHEMA.indexOf(DeadLetterTable.CODE));
        for (int row = 0; row < code.size(); row++) {
          codes.merge(code.string(row), 1L, Long::sum);
        }
      }
      return new WrittenBatch(
          batch.number(), records, 0, clean.finish(), deadLetters.finish(), codes);
    }
  }

  private record WholeObject(String dataset, int number, Storage storage, StoredObject object)
      implements RawBatch {

    @Override
    public Repeats repeats() {
      return Repeats.NONE;
    }

    @Override
    public BlockReader open() throws IOException {
      return new LineReader(
          object.location().uri(),
          storage.read(object.location(), 0, object.size()),
          0,
          object.size(),
          1 << 20);
    }
  }

  /**
   * What a reader sees of a dataset and of all dead letters.
   *
   * @param clean the digest of the clean table; empty if there is none
   * @param deadLetters the digest of the dead letters that count; empty if there is no table
   */
  record Seen(String clean, String deadLetters) {}

  static Seen seen(Storage storage, Lake lake, RecordKind kind) throws IOException {
    Optional<TableSnapshot> clean = DeltaTable.at(storage, lake.silver(kind.dataset())).latest();
    Optional<TableSnapshot> letters = DeltaTable.at(storage, lake.deadLetters()).latest();
    Dataset<?> dataset = Datasets.named(kind.dataset());
    String cleanDigest = "";
    if (clean.isPresent()) {
      try (var rows = clean.get().read(List.of(dataset.key(), "_source.fingerprint"))) {
        cleanDigest = TableDigest.of(rows);
      }
    }
    String lettersDigest = new TableDigest().hex();
    if (letters.isPresent()) {
      try (var rows =
          CountedDeadLetters.read(
              storage,
              lake,
              letters.get(),
              List.of(DeadLetterTable.DATASET, DeadLetterTable.CODE, DeadLetterTable.RAW))) {
        lettersDigest = TableDigest.of(rows);
      }
    }
    return new Seen(cleanDigest, lettersDigest);
  }
}
