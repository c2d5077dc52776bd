package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.util.CoderUtils;

/** Batches, pipelines and coders as tests need them. */
final class Batches {

  private Batches() {}

  /** A pipeline on the DirectRunner, which checks that elements can be encoded and stay as is. */
  static TestPipeline pipeline() {
    return TestPipeline.create().enableAbandonedNodeEnforcement(true);
  }

  static HeldBatch batch(String dataset, int number, String... lines) {
    return new HeldBatch(
        dataset, number, Repeats.NONE, List.of(block("object", 0, String.join("\n", lines))));
  }

  /** The same batch with repeats marked. */
  static HeldBatch marked(RawBatch batch, Repeats repeats) throws IOException {
    return new HeldBatch(batch.dataset(), batch.number(), repeats, blocks(batch));
  }

  static RawBlock block(String origin, long offset, String lines) {
    byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
    RawBlock block = new RawBlock();
    block.setLines(origin, bytes, 0, bytes.length, offset);
    return block;
  }

  static RawBlock oversize(String origin, long offset, String beginning, long length) {
    byte[] bytes = beginning.getBytes(StandardCharsets.UTF_8);
    RawBlock block = new RawBlock();
    block.setOversize(origin, bytes, 0, bytes.length, offset, length);
    return block;
  }

  static List<RawBlock> blocks(RawBatch batch) throws IOException {
    List<RawBlock> blocks = new ArrayList<>();
    try (BlockReader reader = batch.open()) {
      for (RawBlock block = reader.next(); block != null; block = reader.next()) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /** Everything that a batch says, in a form that can be compared. */
  static List<Object> contents(RawBatch batch) throws IOException {
    List<Object> contents = new ArrayList<>();
    contents.addAll(Arrays.asList(batch.dataset(), batch.number(), batch.repeats(), batch.range()));
    for (RawBlock block : blocks(batch)) {
      byte[] bytes = Arrays.copyOfRange(block.bytes(), block.from(), block.to());
      contents.add(
          Arrays.asList(
              block.origin(),
              block.partition(),
              block.offset(),
              block.oversizeLength(),
              new String(bytes, StandardCharsets.ISO_8859_1),
              bounds(block)));
    }
    return contents;
  }

  /** The lengths and offsets of a topic's records; empty for lines. */
  private static List<Long> bounds(RawBlock block) {
    List<Long> all = new ArrayList<>();
    RawBlock.Bounds bounds = block.bounds();
    if (bounds != null) {
      for (int i = 0; i < bounds.count(); i++) {
        all.add((long) bounds.ends()[i] - block.from());
        all.add(bounds.offsets()[i]);
      }
    }
    return all;
  }

  /** What comes back after a value travelled between two others, as it does within a larger one. */
  static <T> T travelled(Coder<T> coder, T value) throws Exception {
    CoderProperties.coderSerializable(coder);
    CoderProperties.structuralValueDecodeEncodeEqual(coder, value);
    CoderProperties.coderDeterministic(coder, value, value);
    List<T> read = CoderUtils.clone(ListCoder.of(coder), List.of(value, value, value));
    assertThat(read).hasSize(3);
    return read.get(1);
  }
}
