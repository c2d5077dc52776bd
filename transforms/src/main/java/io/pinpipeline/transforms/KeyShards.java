package io.pinpipeline.transforms;

import io.pinpipeline.core.Datasets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Spreads the keys of one batch over shards: rows with the same dataset and key meet in the same
 * shard.
 */
public final class KeyShards {

  /** Blocks are handed on at this many rows, so that a large batch is not held whole. */
  private static final int ROWS_A_BLOCK = 65_536;

  private final int first;
  private final int batch;
  private final @Nullable KeyBlock.Builder[] builders;
  private final SpillFile spill;
  private final BiConsumer<Integer, KeyBlock> out;

  /**
   * Spreads rows of a batch.
   *
   * @param dataset the dataset's name
   * @param shards how many shards each dataset has
   * @param batch the number of the batch, or {@link KeyBlock#IN_TABLE}
   * @param spill where the blocks wait for their shard to be read
   * @param out takes the blocks with the number of their shard; no dataset has another's numbers
   * @throws IllegalArgumentException if there is no dataset of that name
   */
  public KeyShards(
      String dataset, int shards, int batch, SpillFile spill, BiConsumer<Integer, KeyBlock> out) {
    this.first = Datasets.all().indexOf(Datasets.named(dataset)) * shards;
    this.batch = batch;
    this.builders = new KeyBlock.@Nullable Builder[shards];
    this.spill = spill;
    this.out = out;
  }

  /** Adds a row; ordinals ascend. */
  public void add(long key, long fingerprint, int ordinal) {
    // Fibonacci hashing: neighbouring keys spread evenly
    int shard = (int) Math.multiplyHigh((key * 0x9e3779b97f4a7c15L) >>> 1, builders.length * 2L);
    KeyBlock.Builder builder = builders[shard];
    if (builder == null) {
      builder = new KeyBlock.Builder();
      builders[shard] = builder;
    }
    builder.add(key, fingerprint, ordinal);
    if (builder.size() == ROWS_A_BLOCK) {
      out.accept(first + shard, builder.build(batch).spilledTo(spill));
    }
  }

  /** Hands on what is left. */
  public void finish() {
    for (int shard = 0; shard < builders.length; shard++) {
      KeyBlock.Builder builder = builders[shard];
      if (builder != null && builder.size() > 0) {
        out.accept(first + shard, builder.build(batch).spilledTo(spill));
      }
    }
  }
}
