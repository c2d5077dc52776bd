package io.pinpipeline.transforms;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.util.VarInt;
import org.jspecify.annotations.Nullable;

/**
 * Raw batches with all their records, for where one has to travel between machines: what is read
 * back is a {@link HeldBatch}. Between stages that an engine chains no coder is called, and a batch
 * that stands for a part of an object stays that small.
 */
public final class RawBatchCoder extends AtomicCoder<RawBatch> {

  private static final RawBatchCoder INSTANCE = new RawBatchCoder();
  private static final RepeatsCoder REPEATS = RepeatsCoder.of();
  private static final Coder<@Nullable Integer> PARTITION = NullableCoder.of(VarIntCoder.of());

  private RawBatchCoder() {}

  public static RawBatchCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(RawBatch batch, OutputStream out) throws IOException {
    StringUtf8Coder.of().encode(batch.dataset(), out);
    VarIntCoder.of().encode(batch.number(), out);
    REPEATS.encode(batch.repeats(), out);
    encode(batch.range(), out);
    try (BlockReader blocks = batch.open()) {
      for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
        BooleanCoder.of().encode(true, out);
        StringUtf8Coder.of().encode(block.origin(), out);
        PARTITION.encode(block.partition(), out);
        VarInt.encode(block.offset(), out);
        VarInt.encode(block.oversizeLength(), out);
        VarInt.encode(block.to() - block.from(), out);
        out.write(block.bytes(), block.from(), block.to() - block.from());
        encode(block.bounds(), block.from(), out);
      }
    }
    BooleanCoder.of().encode(false, out);
  }

  @Override
  public RawBatch decode(InputStream in) throws IOException {
    String dataset = StringUtf8Coder.of().decode(in);
    int number = VarIntCoder.of().decode(in);
    Repeats repeats = REPEATS.decode(in);
    TopicRange range = decodeRange(in);
    List<RawBlock> blocks = new ArrayList<>();
    while (BooleanCoder.of().decode(in)) {
      String origin = StringUtf8Coder.of().decode(in);
      Integer partition = PARTITION.decode(in);
      long offset = VarInt.decodeLong(in);
      long oversizeLength = VarInt.decodeLong(in);
      byte[] bytes = ByteArrayCoder.of().decode(in);
      RawBlock.Bounds bounds = decodeBounds(in);
      RawBlock block = new RawBlock();
      if (bounds != null) {
        block.setRecords(origin, partition, bytes, 0, bounds);
      } else {
        block.setOversize(origin, bytes, 0, bytes.length, offset, oversizeLength);
        if (partition != null) {
          block.setPartition(partition);
        }
      }
      blocks.add(block);
    }
    return new HeldBatch(dataset, number, repeats, range, blocks);
  }

  private static void encode(@Nullable TopicRange range, OutputStream out) throws IOException {
    BooleanCoder.of().encode(range != null, out);
    if (range != null) {
      StringUtf8Coder.of().encode(range.topic(), out);
      VarInt.encode(range.partition(), out);
      VarInt.encode(range.from(), out);
      VarInt.encode(range.to() - range.from(), out);
      SourceMarks marks = range.marks();
      BooleanCoder.of().encode(marks != null, out);
      if (marks != null) {
        StringUtf8Coder.of().encode(marks.from(), out);
        StringUtf8Coder.of().encode(marks.to(), out);
      }
    }
  }

  private static @Nullable TopicRange decodeRange(InputStream in) throws IOException {
    if (!BooleanCoder.of().decode(in)) {
      return null;
    }
    String topic = StringUtf8Coder.of().decode(in);
    int partition = VarInt.decodeInt(in);
    long from = VarInt.decodeLong(in);
    long to = from + VarInt.decodeLong(in);
    return new TopicRange(topic, partition, from, to, decodeMarks(in));
  }

  private static @Nullable SourceMarks decodeMarks(InputStream in) throws IOException {
    if (!BooleanCoder.of().decode(in)) {
      return null;
    }
    String from = StringUtf8Coder.of().decode(in);
    return new SourceMarks(from, StringUtf8Coder.of().decode(in));
  }

  /** The length of each record, and the distance of its offset from that of the one before. */
  private static void encode(RawBlock.@Nullable Bounds bounds, int from, OutputStream out)
      throws IOException {
    VarInt.encode(bounds == null ? -1 : bounds.count(), out);
    if (bounds == null) {
      return;
    }
    int end = from;
    long offset = 0;
    for (int i = 0; i < bounds.count(); i++) {
      VarInt.encode(bounds.ends()[i] - end, out);
      VarInt.encode(bounds.offsets()[i] - offset, out);
      end = bounds.ends()[i];
      offset = bounds.offsets()[i];
    }
  }

  private static RawBlock.@Nullable Bounds decodeBounds(InputStream in) throws IOException {
    int count = VarInt.decodeInt(in);
    if (count < 0) {
      return null;
    }
    int[] ends = new int[count];
    long[] offsets = new long[count];
    int end = 0;
    long offset = 0;
    for (int i = 0; i < count; i++) {
      end += VarInt.decodeInt(in);
      offset += VarInt.decodeLong(in);
      ends[i] = end;
      offsets[i] = offset;
    }
    return new RawBlock.Bounds(count, ends, offsets);
  }
}
