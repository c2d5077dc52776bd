package io.pinpipeline.core.batch;

import org.jspecify.annotations.Nullable;

/**
 * Raw records as they came, back to back in one array. Readers fill and hand out the same block
 * again and again: use it before the next is asked for.
 *
 * <p>The records of an object of lines are those of {@code bytes[from, to)}; lines of nothing but
 * white space are no records. Those of a topic, and the values that stand in an object with their
 * lengths, each have an end and an offset of their own, see {@link #bounds()}, and every one is a
 * record, be it empty. A record too large to be held stands alone in its block, cut off: see {@link
 * #oversizeLength()}.
 */
public final class RawBlock {

  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private long offset;
  private long oversizeLength;
  private String origin = "";
  private @Nullable Integer partition;
  private @Nullable Bounds bounds;

  /**
   * Where records end that are no lines, and their offsets.
   *
   * @param count how many records
   * @param ends of each the index in the block's bytes behind its last; it begins where the one
   *     before it ends
   * @param offsets of each its offset in the partition, or its first byte in the object
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Bounds(int count, int[] ends, long[] offsets) {}

  /** Sets what the block holds: whole lines. */
  public void setLines(String newOrigin, byte[] newBytes, int newFrom, int newTo, long newOffset) {
    origin = newOrigin;
    bytes = newBytes;
    from = newFrom;
    to = newTo;
    offset = newOffset;
    oversizeLength = 0;
    partition = null;
    bounds = null;
  }

  /**
   * Sets what the block holds: records that each have an end of their own.
   *
   * @param newOrigin the topic, or the object
   * @param newPartition the topic's partition; null where they are from an object
   */
  public void setRecords(
      String newOrigin,
      @Nullable Integer newPartition,
      byte[] newBytes,
      int newFrom,
      Bounds newBounds) {
    int count = newBounds.count();
    int newTo = count == 0 ? newFrom : newBounds.ends()[count - 1];
    setLines(newOrigin, newBytes, newFrom, newTo, count == 0 ? 0 : newBounds.offsets()[0]);
    partition = newPartition;
    bounds = newBounds;
  }

  /** Makes the block the beginning of one record that is larger than may be. */
  public void setOversize(
      String newOrigin, byte[] newBytes, int newFrom, int newTo, long newOffset, long length) {
    setLines(newOrigin, newBytes, newFrom, newTo, newOffset);
    oversizeLength = length;
  }

  /** Says that the record that is too large came from a topic's partition. */
  public void setPartition(int newPartition) {
    partition = newPartition;
  }

  /** The object that the records stand in, or the topic. */
  public String origin() {
    return origin;
  }

  /** The topic's partition; null for objects. */
  public @Nullable Integer partition() {
    return partition;
  }

  /** Where the records end; null where they are lines. */
  public @Nullable Bounds bounds() {
    return bounds;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /**
   * The offset in the (decompressed) object of the byte at {@link #from()}, or that of the first
   * record in the topic's partition.
   */
  public long offset() {
    return offset;
  }

  /** 0, or the whole length in bytes of the one record whose beginning this block holds. */
  public long oversizeLength() {
    return oversizeLength;
  }
}
