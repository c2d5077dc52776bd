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

  private static final int FOOTER_BYTES =
      Long.BYTES + Long.BYTES + Long.BYTES + Integer.BYTES + Integer.BYTES;
  private static final int RECORD_BYTES = Integer.BYTES + Long.BYTES;
  private static final byte[] EMPTY = new byte[0];
  private static final ByteBuffer NOTHING = ByteBuffer.wrap(EMPTY);

  private PackedRecords() {}

  /** Gathers records of one partition. */
  public static final class Packer {

    private static final int SMALLEST = 64 * 1024;

    private final int maxRecordBytes;

    /** Of an array that is given away when it is full: a block, its last record and its ends. */
    private final int fullBytes;

    private byte[] values = EMPTY;
    private int[] ends = new int[256];
    private long[] offsets = new long[256];
    private int count;
    private int size;
    private long oversizeLength;

    /** A packer of records up to the size, and in blocks of the size, that a reader gathers. */
    public Packer(Gathering gathering) {
      maxRecordBytes = gathering.maxRecordBytes();
      fullBytes = Math.addExact(gathering.blockBytes(), gathering.blockBytes() / 8);
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
      return value != null && standsAlone(ByteBuffer.wrap(value));
    }

    /** Whether the record, an array's part, has to be packed apart. */
    public boolean standsAlone(@Nullable ByteBuffer value) {
      if (value == null || value.remaining() <= maxRecordBytes) {
        return false;
      }
      int from = contentBegin(value);
      return contentEnd(value, from) - from > maxRecordBytes;
    }

    /** Line feeds around it are no part of a record, as they are none in an object of lines. */
    private static int contentBegin(ByteBuffer value) {
      int base = value.arrayOffset();
      return Lines.contentBegin(value.array(), base + value.position(), base + value.limit())
          - base;
    }

    private static int contentEnd(ByteBuffer value, int from) {
      int base = value.arrayOffset();
      return Lines.contentEnd(value.array(), base + from, base + value.limit()) - base;
    }

    /** Adds a record; one without a value is as an empty one. */
    public void add(byte @Nullable [] value, long offset) {
      add(value == null ? null : ByteBuffer.wrap(value), offset);
    }

    /** Adds a record, an array's part; one without a value is as an empty one. */
    public void add(@Nullable ByteBuffer given, long offset) {
      ByteBuffer value = given == null ? NOTHING : given;
      int from = contentBegin(value);
      int length = contentEnd(value, from) - from;
      if (length > maxRecordBytes) {
        oversizeLength = length;
        length = Math.min(maxRecordBytes, OVERSIZE_BYTES_KEPT);
      }
      if (length > values.length - size) {
        values = Arrays.copyOf(values, grown(size + length));
      }
      value.get(from, values, size, length);
      size += length;
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      ends[count] = size;
      offsets[count++] = offset;
    }

    /** What holds so many bytes, and few records do not make large. */
    private int grown(int needed) {
      int doubled = Math.max(SMALLEST, values.length * 2);
      return Math.max(needed, doubled > fullBytes / 2 ? fullBytes : doubled);
    }

    /** All records so far; the packer is empty again. */
    public byte[] pack(TopicRange range) {
      int needed = size + count * RECORD_BYTES + FOOTER_BYTES;
      byte[] packed = values;
      if (needed <= packed.length && needed > packed.length / 8 * 7) {
        values = new byte[packed.length]; // as full as it is, it need not be copied
      } else {
        packed = Arrays.copyOf(values, needed);
      }
      ByteBuffer out = ByteBuffer.wrap(packed);
      out.position(packed.length - FOOTER_BYTES - count * RECORD_BYTES);
      for (int i = 0; i < count; i++) {
        out.putInt(ends[i]);
        out.putLong(offsets[i]);
      }
      out.putLong(range.from()).putLong(range.to()).putLong(oversizeLength);
      out.putInt(size).putInt(count);
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
    int size = in.getInt();
    int count = in.getInt();
    in.position(packed.length - FOOTER_BYTES - count * RECORD_BYTES);
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
