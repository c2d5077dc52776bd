package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.KeyBlock;
import io.pinpipeline.transforms.KeyBlockCoder;
import io.pinpipeline.transforms.KeyShards;
import io.pinpipeline.transforms.SpillFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * The keys that clean tables hold already, with the fingerprints of their rows: two columns of each
 * file, read file by file.
 */
public final class TableKeys extends PTransform<PBegin, PCollection<KV<Integer, KeyBlock>>> {

  /** Each time the table's log is read anew, so not for each file. */
  private static final int FILES_AT_A_TIME = 16;

  private final Lake lake;
  private final List<KV<String, List<ActiveFile>>> files;
  private final int shards;

  private TableKeys(Lake lake, List<KV<String, List<ActiveFile>>> files, int shards) {
    this.lake = lake;
    this.files = files;
    this.shards = shards;
  }

  /**
   * The keys of these tables as they were found.
   *
   * @param shards as in {@link io.pinpipeline.transforms.Deduplicate#over}
   */
  public static TableKeys of(Lake lake, Collection<CleanTable> tables, int shards)
      throws IOException {
    List<KV<String, List<ActiveFile>>> files = new ArrayList<>();
    for (CleanTable table : tables) {
      if (table.snapshot().isPresent()) {
        List<ActiveFile> active = table.snapshot().get().files();
        for (int from = 0; from < active.size(); from += FILES_AT_A_TIME) {
          int to = Math.min(active.size(), from + FILES_AT_A_TIME);
          files.add(KV.of(table.dataset().name(), List.copyOf(active.subList(from, to))));
        }
      }
    }
    return new TableKeys(lake, files, shards);
  }

  @Override
  public PCollection<KV<Integer, KeyBlock>> expand(PBegin begin) {
    return begin
        .apply(
            "Files of the tables",
            Create.of(files)
                .withCoder(
                    KvCoder.of(
                        StringUtf8Coder.of(),
                        ListCoder.of(SerializableCoder.of(ActiveFile.class)))))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Read keys", ParDo.of(new ReadKeysFn(lake, shards)))
        .setCoder(KvCoder.of(VarIntCoder.of(), KeyBlockCoder.of()));
  }

  static final class ReadKeysFn extends DoFn<KV<String, List<ActiveFile>>, KV<Integer, KeyBlock>> {

    private final Lake lake;
    private final int shards;
    private final WorkerStorage worker = new WorkerStorage();
    private transient @Nullable SpillFile spill;

    ReadKeysFn(Lake lake, int shards) {
      this.lake = lake;
      this.shards = shards;
    }

    @ProcessElement
    public void process(
        @Element KV<String, List<ActiveFile>> files,
        PipelineOptions options,
        OutputReceiver<KV<Integer, KeyBlock>> out)
        throws IOException {
      Dataset<?> dataset = Datasets.named(files.getKey());
      if (spill == null) {
        spill = new SpillFile();
      }
      KeyShards spread =
          new KeyShards(
              dataset.name(),
              shards,
              KeyBlock.IN_TABLE,
              spill,
              (shard, block) -> out.output(KV.of(shard, block)));
      Storage storage = worker.get(options);
      Optional<TableSnapshot> table = DeltaTable.at(storage, lake.silver(dataset.name())).latest();
      if (table.isEmpty() || !Set.copyOf(table.get().files()).containsAll(files.getValue())) {
        // its rows may be in another file by now, whose keys would be missed
        throw new TableException(
            "The table "
                + lake.silver(dataset.name())
                + " was removed or rewritten while this run was under way. Nothing of this run was"
                + " kept: run it again.");
      }
      try (TableReader rows =
          table.get().read(List.of(dataset.key(), Lineage.FINGERPRINT), files.getValue())) {
        while (rows.next()) {
          ColumnBlock block = rows.block();
          LongColumn keys = (LongColumn) block.column(0);
          LongColumn fingerprints = (LongColumn) block.column(1);
          for (int row = 0; row < block.rows(); row++) {
            spread.add(keys.get(row), fingerprints.get(row), 0);
          }
        }
      }
      spread.finish();
    }

    @Teardown
    public void close() throws IOException {
      worker.close();
    }
  }
}
