package io.pinpipeline.transforms;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows whose key has arrived before: first arrival wins.
 *
 * <pre>
 *   clean batches ─► keys ─► by shard ─► find repeats ─► (batch number, its repeats)
 *                              ▲
 *           keys in the tables ┘
 * </pre>
 *
 * <p><b>What goes in</b>: clean batches of any datasets, numbered from 0 on, in any order; and,
 * with {@link #after}, the keys that the tables hold already. Datasets do not meet: one key may be
 * a row of each.
 *
 * <p><b>What is found</b>: of the rows with one key the first stays, and each later one is a
 * repeat: a duplicate where its content is the same as the first one's, a conflict where it is not.
 * First is the row that is in the table already, then the one in the batch with the lowest number,
 * and there the one with the lowest ordinal. So it does not matter which worker read what when.
 *
 * <p><b>What comes out</b>: the {@link Repeats} of each batch that has any, by the number of the
 * batch. There is one element for each shard that found some: gather them with {@link
 * RepeatsBuilder}, give them to the batch, and clean it again; then its duplicates are counted, its
 * conflicts are dead letters, and its rows have keys that nobody else has.
 *
 * <p>Only keys, fingerprints and positions are shuffled, packed into blocks of primitive values:
 * ten to fourteen bytes a row and one element for each batch and shard, never a whole record.
 * Cleaning a second time costs less than sending every record through a shuffle.
 */
public final class Deduplicate
    extends PTransform<PCollection<CleanBatch>, PCollection<KV<Integer, Repeats>>> {

  /** The namespace of its counter. */
  public static final String METRICS = "pinpipeline";

  /** Counts the bytes of raw records whose keys have been taken. */
  public static final String BYTES = "keyBytes";

  private final int shards;
  private final @Nullable PCollection<KV<Integer, KeyBlock>> inTable;

  private Deduplicate(int shards, @Nullable PCollection<KV<Integer, KeyBlock>> inTable) {
    this.shards = shards;
    this.inTable = inTable;
  }

  /**
   * Finds repeats among the batches.
   *
   * @param shards how many groups the keys of a dataset are spread over; one group's keys must fit
   *     into memory, at up to 110 bytes each
   * @throws IllegalArgumentException if there is not one shard
   */
  public static Deduplicate over(int shards) {
    if (shards < 1) {
      throw new IllegalArgumentException(
          "Keys cannot be spread over " + shards + " shards; one is the least.");
    }
    return new Deduplicate(shards, null);
  }

  /**
   * Finds also what repeats a row that the tables already hold.
   *
   * @param keysInTables their keys, spread by {@link KeyShards} over as many shards as here, with
   *     {@link KeyBlock#IN_TABLE} for a batch; a key is in a table once
   */
  public Deduplicate after(PCollection<KV<Integer, KeyBlock>> keysInTables) {
    return new Deduplicate(shards, keysInTables);
  }

  @Override
  public PCollection<KV<Integer, Repeats>> expand(PCollection<CleanBatch> batches) {
    PCollection<KV<Integer, KeyBlock>> keys =
        batches
            .apply("Keys", ParDo.of(new KeysFn(shards)))
            .setCoder(KvCoder.of(VarIntCoder.of(), KeyBlockCoder.of()));
    if (inTable != null) {
      keys = PCollectionList.of(keys).and(inTable).apply("With the tables", Flatten.pCollections());
    }
    return keys.apply("By key", GroupByKey.create())
        .apply("Find repeats", ParDo.of(new FindRepeatsFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), RepeatsCoder.of()));
  }

  private static final class KeysFn extends CleanBatchFn<KV<Integer, KeyBlock>> {

    private final int shards;
    private final Counter bytes = Metrics.counter(METRICS, BYTES);
    private transient @Nullable SpillFile spill;

    KeysFn(int shards) {
      this.shards = shards;
    }

    @ProcessElement
    public void process(@Element CleanBatch batch, OutputReceiver<KV<Integer, KeyBlock>> out)
        throws IOException {
      if (batch.number() < 0) {
        throw new IllegalArgumentException(
            "A batch of "
                + batch.dataset()
                + " has the number "
                + batch.number()
                + ", and rows of tables come before 0. Number batches from 0 on.");
      }
      Dataset<?> dataset = Datasets.named(batch.dataset());
      TableSchema schema = dataset.schema();
      int key = schema.indexOf(dataset.key());
      int fingerprint = schema.indexOf(Lineage.FINGERPRINT);
      if (spill == null) {
        spill = new SpillFile();
      }
      KeyShards spread =
          new KeyShards(
              batch.dataset(),
              shards,
              batch.number(),
              spill,
              (shard, block) -> out.output(KV.of(shard, block)));
      try (CleanBatch.Reader blocks = open(batch)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          LongColumn keys = (LongColumn) block.rows().column(key);
          LongColumn fingerprints = (LongColumn) block.rows().column(fingerprint);
          for (int row = 0; row < keys.size(); row++) {
            spread.add(keys.get(row), fingerprints.get(row), block.ordinal(row));
          }
        }
        bytes.inc(blocks.bytes());
      }
      spread.finish();
    }
  }

  private static final class FindRepeatsFn
      extends DoFn<KV<Integer, Iterable<KeyBlock>>, KV<Integer, Repeats>> {

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KeyBlock>> shard, OutputReceiver<KV<Integer, Repeats>> out) {
      List<KeyBlock> blocks = new ArrayList<>();
      long size = 0;
      for (KeyBlock block : shard.getValue()) {
        blocks.add(block.inMemory());
        size += block.size();
      }
      FirstArrivals first = new FirstArrivals(size);
      for (KeyBlock block : blocks) {
        KeyBlock.Cursor row = new KeyBlock.Cursor(block);
        while (row.next()) {
          first.offer(row.key(), block.batch(), row.ordinal(), row.fingerprint());
        }
      }
      Map<Integer, RepeatsBuilder> found = new HashMap<>();
      for (KeyBlock block : blocks) {
        if (block.batch() == KeyBlock.IN_TABLE) {
          continue;
        }
        KeyBlock.Cursor row = new KeyBlock.Cursor(block);
        while (row.next()) {
          int slot = first.find(row.key());
          if (!first.isFirst(slot, block.batch(), row.ordinal())) {
            found
                .computeIfAbsent(block.batch(), batch -> new RepeatsBuilder())
                .add(row.ordinal(), first.fingerprint(slot) != row.fingerprint());
          }
        }
      }
      found.forEach((batch, repeats) -> out.output(KV.of(batch, repeats.build())));
    }
  }
}
