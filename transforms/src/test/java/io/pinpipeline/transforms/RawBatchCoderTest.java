package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class RawBatchCoderTest {

  @Property(tries = 200)
  void bringsBackWhatABatchSays(@ForAll("batches") RawBatch batch) throws Exception {
    assertThat(Batches.contents(Batches.travelled(RawBatchCoder.of(), batch)))
        .isEqualTo(Batches.contents(batch));
  }

  @Property(tries = 200)
  void bringsBackRepeats(@ForAll("repeats") Repeats repeats) throws Exception {
    assertThat(Batches.travelled(RepeatsCoder.of(), repeats)).isEqualTo(repeats);
    CoderProperties.coderDecodeEncodeEqual(RepeatsCoder.of(), repeats);
  }

  @Property(tries = 200)
  void tellsRepeatsApart(@ForAll("repeats") Repeats one, @ForAll("repeats") Repeats other)
      throws Exception {
    CoderProperties.coderConsistentWithEquals(RepeatsCoder.of(), one, other);
    CoderProperties.structuralValueConsistentWithEquals(RepeatsCoder.of(), one, other);
  }

  @Test
  void takesAByteForEachOfNeighbouringRepeats() throws Exception {
    int[] ordinals = new int[10_000];
    Arrays.setAll(ordinals, i -> i * 20);

    byte[] bytes =
        CoderUtils.encodeToByteArray(
            RepeatsCoder.of(), new Repeats(ordinals, new boolean[ordinals.length]));

    assertThat(bytes).hasSizeLessThanOrEqualTo(ordinals.length + 2);
  }

  @Test
  void addsLittleToTheRecords() throws Exception {
    HeldBatch batch = Batches.batch("geo", 3, "{\"ind\":1}".repeat(1000));

    assertThat(CoderUtils.encodeToByteArray(RawBatchCoder.of(), batch))
        .hasSizeLessThan("{\"ind\":1}".length() * 1000 + 32);
  }

  @Test
  void leavesABatchAsItIs() throws Exception {
    HeldBatch batch =
        new HeldBatch(
            "pin",
            1,
            new Repeats(new int[] {1}, new boolean[] {true}),
            List.of(Batches.block("a", 5, "x\ny"), Batches.oversize("b", 9, "z", 1L << 40)));
    List<Object> before = Batches.contents(batch);

    CoderUtils.encodeToByteArray(RawBatchCoder.of(), batch);

    assertThat(Batches.contents(batch)).isEqualTo(before);
  }

  @Property(tries = 50)
  void refusesABatchThatWasCutOff(@ForAll("batches") RawBatch batch) throws Exception {
    byte[] whole = CoderUtils.encodeToByteArray(RawBatchCoder.of(), batch);

    for (int length = 0; length < whole.length; length += 1 + whole.length / 20) {
      ByteArrayInputStream cut = new ByteArrayInputStream(whole, 0, length);
      assertThatThrownBy(() -> RawBatchCoder.of().decode(cut)).isInstanceOf(IOException.class);
    }
  }

  @Provide
  Arbitrary<RawBatch> batches() {
    return Combinators.combine(
            Arbitraries.of("pin", "geo", "user"),
            Arbitraries.integers(),
            repeats(),
            ranges().injectNull(0.5),
            Arbitraries.oneOf(blocks(), topicBlocks()).list().ofMaxSize(5))
        .as(HeldBatch::new);
  }

  @Provide
  Arbitrary<Repeats> repeats() {
    return Combinators.combine(
            Arbitraries.integers().greaterOrEqual(0).set().ofMaxSize(20), Arbitraries.randoms())
        .as(
            (ordinals, random) -> {
              boolean[] conflicting = new boolean[ordinals.size()];
              for (int i = 0; i < conflicting.length; i++) {
                conflicting[i] = random.nextBoolean();
              }
              return new Repeats(ascending(ordinals), conflicting);
            });
  }

  private static int[] ascending(Set<Integer> ordinals) {
    return ordinals.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static Arbitrary<TopicRange> ranges() {
    Arbitrary<Long> offsets = Arbitraries.longs().between(0, 1L << 40);
    return Combinators.combine(
            Arbitraries.integers().greaterOrEqual(0),
            offsets,
            Arbitraries.integers().between(0, 9),
            Arbitraries.just(new SourceMarks("4959+0", "4961+3")).injectNull(0.5))
        .as(
            (partition, from, size, marks) ->
                new TopicRange("mine.pin", partition, from, from + 1 + size, marks));
  }

  /** Blocks with bytes of any kind, which need not be all of their array. */
  private static Arbitrary<RawBlock> blocks() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    return Combinators.combine(
            Arbitraries.of("", "raw/pin/1.json.gz", "größe/😀"),
            bytes,
            Arbitraries.integers().between(0, 20),
            Arbitraries.longs().greaterOrEqual(0),
            Arbitraries.longs().greaterOrEqual(0))
        .as(
            (origin, data, margin, offset, length) -> {
              RawBlock block = new RawBlock();
              int from = Math.min(margin, data.length);
              int to = Math.max(from, data.length - margin);
              block.setOversize(origin, data, from, to, offset, length);
              return block;
            });
  }

  /** Blocks of a topic's records, which may be empty, or of one that is too large. */
  private static Arbitrary<RawBlock> topicBlocks() {
    return Combinators.combine(
            Arbitraries.integers().greaterOrEqual(0),
            Arbitraries.longs().between(0, 1L << 40),
            Arbitraries.integers().between(0, 20).list().ofMaxSize(20),
            Arbitraries.integers().between(0, 20),
            Arbitraries.randoms())
        .as(
            (partition, firstOffset, lengths, margin, random) -> {
              int[] ends = new int[lengths.size()];
              long[] offsets = new long[lengths.size()];
              int end = margin;
              long offset = firstOffset;
              for (int i = 0; i < ends.length; i++) {
                end += lengths.get(i);
                ends[i] = end;
                offsets[i] = offset;
                offset += 1 + random.nextInt(3);
              }
              byte[] data = new byte[end + margin];
              random.nextBytes(data);
              RawBlock block = new RawBlock();
              if (ends.length == 0) {
                block.setOversize("mine.pin", data, 0, data.length, firstOffset, 1L << 30);
                block.setPartition(partition);
              } else {
                block.setRecords(
                    "mine.pin",
                    partition,
                    data,
                    margin,
                    new RawBlock.Bounds(ends.length, ends, offsets));
              }
              return block;
            });
  }
}
