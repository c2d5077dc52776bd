package io.pinpipeline.core.batch;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch that holds its records in memory: gathered from a topic, or sent from one machine to
 * another.
 *
 * @param dataset the name of the dataset
 * @param number what tells this batch from all others of its run
 * @param repeats which of its records have come before
 * @param range the part of a topic that its records are; null where they are from objects
 * @param blocks its records; they are not written to
 */
public record HeldBatch(
    String dataset, int number, Repeats repeats, @Nullable TopicRange range, List<RawBlock> blocks)
    implements RawBatch {

  public HeldBatch {
    blocks = List.copyOf(blocks);
  }

  /** Records from objects. */
  public HeldBatch(String dataset, int number, Repeats repeats, List<RawBlock> blocks) {
    this(dataset, number, repeats, null, blocks);
  }

  /** Records gathered from a topic. */
  public HeldBatch(String dataset, TopicRange range, List<RawBlock> blocks) {
    this(dataset, 0, Repeats.NONE, range, blocks);
  }

  @Override
  public BlockReader open() {
    Iterator<RawBlock> left = blocks.iterator();
    return new BlockReader() {
      @Override
      public @Nullable RawBlock next() {
        return left.hasNext() ? left.next() : null;
      }

      @Override
      public void close() {}
    };
  }
}
