package io.pinpipeline.transforms.query;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.transforms.CleanBatchFn;
import io.pinpipeline.transforms.SpillFile;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * What clean batches say of posts, spread over shards: the form in which questions are asked of
 * them.
 */
public final class PostParts
    extends PTransform<PCollection<CleanBatch>, PCollection<KV<Integer, CodedBlock>>> {

  private final Set<Question> questions;
  private final int shards;

  private PostParts(Collection<Question> questions, int shards) {
    this.questions = EnumSet.copyOf(questions);
    this.shards = shards;
  }

  /**
   * What is needed to answer these questions.
   *
   * @param shards over how many shards posts are spread; one shard's posts must fit into memory, at
   *     some 100 bytes each
   * @throws IllegalArgumentException if there is no question, or not one shard
   */
  public static PostParts of(Collection<Question> questions, int shards) {
    if (shards < 1) {
      throw new IllegalArgumentException(
          "Posts cannot be spread over " + shards + " shards; one is the least.");
    }
    return new PostParts(questions, shards);
  }

  /** The coder of parts with the number of their shard. */
  public static Coder<KV<Integer, CodedBlock>> coder() {
    return KvCoder.of(VarIntCoder.of(), CodedBlock.coder());
  }

  @Override
  public PCollection<KV<Integer, CodedBlock>> expand(PCollection<CleanBatch> batches) {
    return batches.apply("Spread", ParDo.of(new SpreadFn(questions, shards))).setCoder(coder());
  }

  private static final class SpreadFn extends CleanBatchFn<KV<Integer, CodedBlock>> {

    private final Set<Question> questions;
    private final int shards;
    private transient @Nullable SpillFile spill;

    SpreadFn(Set<Question> questions, int shards) {
      this.questions = questions;
      this.shards = shards;
    }

    @ProcessElement
    public void process(@Element CleanBatch batch, OutputReceiver<KV<Integer, CodedBlock>> out)
        throws IOException {
      if (spill == null) {
        spill = new SpillFile();
      }
      PartSpread spread =
          new PartSpread(
              Datasets.named(batch.dataset()),
              questions,
              shards,
              spill,
              (shard, block) -> out.output(KV.of(shard, block)));
      try (CleanBatch.Reader blocks = open(batch)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          spread.add(block.rows());
        }
      }
      spread.finish();
    }
  }
}
