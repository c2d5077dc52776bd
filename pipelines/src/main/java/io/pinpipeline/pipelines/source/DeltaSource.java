package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.WorkerStorage;
import io.pinpipeline.transforms.SpillFile;
import io.pinpipeline.transforms.query.CodedBlock;
import io.pinpipeline.transforms.query.PartSpread;
import io.pinpipeline.transforms.query.PostParts;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
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
 * What clean tables say of posts: of each data file the columns that questions need, read in blocks
 * and spread over shards.
 */
public final class DeltaSource extends PTransform<PBegin, PCollection<KV<Integer, CodedBlock>>> {

  /** Small files are read together: opening the table's log costs as much as so many bytes. */
  private static final long BYTES_AT_A_TIME = 16 << 20;

  /** So many posts make one shard, which has to fit into memory. */
  private static final long POSTS_A_SHARD = 250_000;

  private final Lake lake;
  private final Set<Question> questions;
  private final List<KV<String, List<ActiveFile>>> files;
  private final int shards;

  private DeltaSource(
      Lake lake, Set<Question> questions, List<KV<String, List<ActiveFile>>> files, int shards) {
    this.lake = lake;
    this.questions = questions;
    this.files = files;
    this.shards = shards;
  }

  /**
   * What these questions need of the clean tables as they were found.
   *
   * @param tables by dataset; of one that is not there no post says anything
   */
  public static DeltaSource of(
      Lake lake, Collection<Question> questions, Map<Dataset<?>, TableSnapshot> tables)
      throws IOException {
    List<KV<String, List<ActiveFile>>> files = new ArrayList<>();
    long rows = 0;
    for (Map.Entry<Dataset<?>, TableSnapshot> table : tables.entrySet()) {
      if (PartSpread.columns(table.getKey(), questions).isEmpty()) {
        continue;
      }
      List<ActiveFile> together = new ArrayList<>();
      long bytes = 0;
      for (ActiveFile file : table.getValue().files()) {
        if (bytes > 0 && bytes + file.size() > BYTES_AT_A_TIME) {
          files.add(KV.of(table.getKey().name(), List.copyOf(together)));
          together.clear();
          bytes = 0;
        }
        together.add(file);
        bytes += file.size();
      }
      if (!together.isEmpty()) {
        files.add(KV.of(table.getKey().name(), List.copyOf(together)));
      }
      rows = Math.max(rows, table.getValue().size().rows());
    }
    return new DeltaSource(
        lake, EnumSet.copyOf(questions), files, Math.toIntExact(1 + rows / POSTS_A_SHARD));
  }

  @Override
  public PCollection<KV<Integer, CodedBlock>> expand(PBegin begin) {
    return begin
        .apply(
            "Files of the tables",
            Create.of(files)
                .withCoder(
                    KvCoder.of(
                        StringUtf8Coder.of(),
                        ListCoder.of(SerializableCoder.of(ActiveFile.class)))))
        .apply("To all workers", Reshuffle.viaRandomKey())
        .apply("Read columns", ParDo.of(new ReadFn(lake, questions, shards)))
        .setCoder(PostParts.coder());
  }

  static final class ReadFn extends DoFn<KV<String, List<ActiveFile>>, KV<Integer, CodedBlock>> {

    private final Lake lake;
    private final Set<Question> questions;
    private final int shards;
    private final WorkerStorage worker = new WorkerStorage();
    private transient @Nullable SpillFile spill;

    ReadFn(Lake lake, Set<Question> questions, int shards) {
      this.lake = lake;
      this.questions = questions;
      this.shards = shards;
    }

    @ProcessElement
    public void process(
        @Element KV<String, List<ActiveFile>> files,
        PipelineOptions options,
        OutputReceiver<KV<Integer, CodedBlock>> out)
        throws IOException {
      Dataset<?> dataset = Datasets.named(files.getKey());
      if (spill == null) {
        spill = new SpillFile();
      }
      PartSpread spread =
          new PartSpread(
              dataset, questions, shards, spill, (shard, block) -> out.output(KV.of(shard, block)));
      Storage storage = worker.get(options);
      Optional<TableSnapshot> table = DeltaTable.at(storage, lake.silver(dataset.name())).latest();
      if (table.isEmpty() || !Set.copyOf(table.get().files()).containsAll(files.getValue())) {
        throw new TableException(
            "The table "
                + lake.silver(dataset.name())
                + " was removed or rewritten while it was read. Ask again.");
      }
      try (TableReader rows =
          table.get().read(PartSpread.columns(dataset, questions), files.getValue())) {
        while (rows.next()) {
          spread.add(rows.block());
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
