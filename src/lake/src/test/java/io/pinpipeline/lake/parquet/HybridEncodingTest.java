package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;

class HybridEncodingTest {

  @Property(tries = 500)
  void decodesToWhatWasEncoded(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 31) int bitWidth,
      @ForAll @IntRange(min = 0, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 20) int longestRun)
      throws IOException {
    Random random = new Random(seed);
    int[] values = new int[count];
    for (int i = 0; i < count; ) {
      int value = bitWidth == 0 ? 0 : random.nextInt() >>> (Integer.SIZE - bitWidth);
      for (int run = 1 + random.nextInt(longestRun); run > 0 && i < count; run--) {
        values[i++] = value;
      }
    }
    GrowingBytes out = new GrowingBytes();
    out.put(new byte[] {1, 2, 3}, 0, 3);
    HybridEncoding.encode(values, count, bitWidth, out);

    RunLengthBitPackingHybridDecoder decoder =
        new RunLengthBitPackingHybridDecoder(
            bitWidth, new ByteArrayInputStream(out.data(), 3, out.size() - 3));
    for (int value : values) {
      assertThat(decoder.readInt()).isEqualTo(value);
    }
    if (bitWidth <= 2) {
      assertThat(out.size() - 3).isLessThanOrEqualTo(HybridEncoding.levelsBound(count));
    }
  }
}
