package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.batch.Lines;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.TopicRange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive records of a partition in one array: their values back to back, then what tells them
 * apart. A pipeline's cost is by the element, so a poll's records travel as one.
 *
 * <p>A record that is larger than may be is packed alone, cut off.
 */
public final class PackedRecords {

  /** What is kept of a record that is too large: more than a dead letter holds. */
  private static final int OVERSIZE_BYTES_KEPT = 128 * 1024;

  private static final int FOOTER_BYTES = Long.BYTES + Long.BYTES + Long.BYTES + Integer.BYTES;
  private static final int RECORD_BYTES = Integer.BYTES + Long.BYTES;
  private static final byte[] EMPTY = new byte[0];

  private PackedRecords() {}

  /** Gathers records of one partition. */
  public static final class Packer {

    private final int maxRecordBytes;
    private byte[] values = new byte[64 * 1024];
    private int[] ends = new int[256];
    private long[] offsets = new long[256];
    private int count;
    private int size;
    private long oversizeLength;

    /**
     * @param maxRecordBytes values that are longer are too large
     */
    public Packer(int maxRecordBytes) {
      this.maxRecordBytes = maxRecordBytes;
    }

    public boolean isEmpty() {
      return count == 0;
    }

    /** The bytes of all values so far. */
    public int bytes() {
      return size;
    }

    /** The offset of the last record; there has to be one. */
    public long lastOffset() {
      return offsets[count - 1];
    }

    /** Whether the record has to be packed apart from those before and behind it. */
    public boolean standsAlone(byte @Nullable [] value) {
      return value != null && contentLength(value) > maxRecordBytes;
    }

    /** Line feeds around it are no part of a record, as they are none in an object of lines. */
    private static int contentLength(byte[] value) {
      int from = Lines.contentBegin(value, 0, value.length);
      return Lines.contentEnd(value, from, value.length) - from;
    }

    /** Adds a record; one without a value is as an empty one. */
    public void add(byte @Nullable [] given, long offset) {
      byte[] value = given == null ? EMPTY : given;
      int from = Lines.contentBegin(value, 0, value.length);
      int length = contentLength(value);
      if (standsAlone(value)) {
        oversizeLength = length;
        length = Math.min(maxRecordBytes, OVERSIZE_BYTES_KEPT);
      }
      if (size + length > values.length) {
        values = Arrays.copyOf(values, Math.max(size + length, values.length * 2));
      }
      System.arraycopy(value, from, values, size, length);
      size += length;
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      ends[count] = size;
      offsets[count++] = offset;
    }

    /** All records so far; the packer is empty again. */
    public byte[] pack(TopicRange range) {
      byte[] packed = Arrays.copyOf(values, size + count * RECORD_BYTES + FOOTER_BYTES);
      ByteBuffer out = ByteBuffer.wrap(packed);
      out.position(size);
      for (int i = 0; i < count; i++) {
        out.putInt(ends[i]);
        out.putLong(offsets[i]);
      }
      out.putLong(range.from()).putLong(range.to()).putLong(oversizeLength).putInt(count);
      count = 0;
      size = 0;
      oversizeLength = 0;
      return packed;
    }
  }

  /** The offsets that packed records cover. */
  public static TopicRange range(String topic, int partition, byte[] packed) {
    ByteBuffer in = footer(packed);
    return new TopicRange(topic, partition, in.getLong(), in.getLong());
  }

  /**
   * The records as a block, over the same array.
   *
   * @param topic what the records are told to come from
   */
  public static RawBlock block(String topic, int partition, byte[] packed) {
    ByteBuffer in = footer(packed);
    in.getLong(); // from
    in.getLong(); // to
    long oversizeLength = in.getLong();
    int count = in.getInt();
    int size = packed.length - FOOTER_BYTES - count * RECORD_BYTES;
    in.position(size);
    int[] ends = new int[count];
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      ends[i] = in.getInt();
      offsets[i] = in.getLong();
    }
    RawBlock block = new RawBlock();
    if (oversizeLength > 0) {
      block.setOversize(topic, packed, 0, size, offsets[0], oversizeLength);
      block.setPartition(partition);
    } else {
      block.setRecords(topic, partition, packed, 0, new RawBlock.Bounds(count, ends, offsets));
    }
    return block;
  }

  private static ByteBuffer footer(byte[] packed) {
    if (packed.length < FOOTER_BYTES) {
      throw new BufferUnderflowException();
    }
    return ByteBuffer.wrap(packed).position(packed.length - FOOTER_BYTES);
  }
}
