package io.pinpipeline.pipelines.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.pipelines.source.PackedRecords.Packer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class PackedRecordsTest {

  private static final int LONGEST = 300_000;

  /**
   * What a producer sends.
   *
   * @param skipped how many offsets before it hold no record
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Sent(int skipped, byte @Nullable [] value) {}

  private static final int BLOCK = 1 << 16;

  private static Packer packer(int maxRecordBytes) {
    return new Packer(new Gathering(Duration.ZERO, BLOCK, BLOCK, maxRecordBytes));
  }

  @Provide
  static Arbitrary<List<Sent>> sent() {
    Arbitrary<byte @Nullable []> values =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(40).injectNull(0.2);
    return Combinators.combine(Arbitraries.integers().between(0, 3), values)
        .as(Sent::new)
        .list()
        .ofMaxSize(700);
  }

  @Property(tries = 100)
  void giveBackWhatWasPacked(@ForAll("sent") List<Sent> all) {
    Packer packer = packer(LONGEST);
    // a packer is used again and again
    packer.add(new byte[1000], 5);
    packer.pack(range(5, 6));

    List<byte[]> values = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    long next = 100;
    for (Sent sent : all) {
      next += sent.skipped();
      packer.add(sent.value(), next);
      values.add(content(sent.value()));
      offsets.add(next++);
    }
    assertThat(packer.isEmpty()).isEqualTo(all.isEmpty());
    assertThat(packer.bytes()).isEqualTo(values.stream().mapToInt(value -> value.length).sum());

    TopicRange range = range(100, next + 7);
    byte[] packed = packer.pack(range);
    assertThat(packer.isEmpty()).isTrue();
    assertThat(PackedRecords.range("topic", 3, packed)).isEqualTo(range);
    RawBlock block = PackedRecords.block("topic", 3, packed);
    assertThat(block.origin()).isEqualTo("topic");
    assertThat(block.partition()).isEqualTo(3);
    assertThat(block.oversizeLength()).isZero();
    assertThat(values(block)).usingElementComparator(Arrays::compare).isEqualTo(values);
    assertThat(offsets(block)).isEqualTo(offsets);
  }

  /** A consumer gives values as parts of what it has fetched. */
  @Property(tries = 100)
  void areTheSameOfPartsOfArrays(@ForAll("sent") List<Sent> all) {
    Packer ofArrays = packer(20);
    Packer ofParts = packer(20);
    long offset = 0;
    for (Sent sent : all) {
      ByteBuffer part = part(sent.value());
      assertThat(ofParts.standsAlone(part)).isEqualTo(ofArrays.standsAlone(sent.value()));
      ofArrays.add(sent.value(), offset);
      ofParts.add(part, offset++);
    }
    TopicRange range = range(0, offset + 1);
    assertThat(ofParts.pack(range)).isEqualTo(ofArrays.pack(range));
  }

  private static @Nullable ByteBuffer part(byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    byte[] around = new byte[value.length + 7];
    Arrays.fill(around, (byte) '\n');
    System.arraycopy(value, 0, around, 5, value.length);
    return ByteBuffer.wrap(around, 2, around.length - 2)
        .slice()
        .position(3)
        .limit(3 + value.length);
  }

  /** A full array is given away, not copied: the next block must not write into it. */
  @Test
  void shareNothingWithWhatComesNext() {
    Packer packer = packer(LONGEST);
    List<byte[]> blocks = new ArrayList<>();
    for (int block = 0; block < 4; block++) {
      byte[] value = new byte[700];
      Arrays.fill(value, (byte) ('a' + block));
      while (packer.bytes() < BLOCK) {
        packer.add(value, packer.bytes());
      }
      blocks.add(packer.pack(range(0, BLOCK + 700)));
    }
    for (int block = 0; block < 4; block++) {
      List<byte[]> values = values(PackedRecords.block("topic", 3, blocks.get(block)));
      assertThat(values).hasSize((BLOCK + 699) / 700);
      for (byte[] value : values) {
        assertThat(value).hasSize(700).containsOnly('a' + block);
      }
    }
  }

  /** Line feeds around a record are no part of it. */
  private static byte[] content(byte @Nullable [] value) {
    return value == null
        ? new byte[0]
        : new String(value, ISO_8859_1).replaceAll("\\A\n+|\n+\\z", "").getBytes(ISO_8859_1);
  }

  @Test
  void leaveOutLineFeedsBeforeTheyMeasure() {
    Packer packer = packer(3);
    byte[] fits = "\nabc\n".getBytes(ISO_8859_1);
    assertThat(packer.standsAlone(fits)).isFalse();
    byte[] large = "\nab\nc\n".getBytes(ISO_8859_1);
    assertThat(packer.standsAlone(large)).isTrue();
    packer.add(large, 7);
    RawBlock block = PackedRecords.block("topic", 3, packer.pack(range(7, 8)));
    assertThat(block.oversizeLength()).isEqualTo(4);
    assertThat(new String(block.bytes(), block.from(), block.to() - block.from(), ISO_8859_1))
        .isEqualTo("ab\n");
  }

  @Test
  void keepTheBeginningOfWhatIsTooLarge() {
    byte[] large = new byte[LONGEST + 1];
    new Random(7).nextBytes(large);
    Packer packer = packer(LONGEST);
    assertThat(packer.standsAlone(large)).isTrue();
    assertThat(packer.standsAlone(new byte[LONGEST])).isFalse();
    assertThat(packer.standsAlone((ByteBuffer) null)).isFalse();
    packer.add(large, 7);

    RawBlock block = PackedRecords.block("topic", 3, packer.pack(range(6, 8)));
    assertThat(block.oversizeLength()).isEqualTo(LONGEST + 1);
    assertThat(block.offset()).isEqualTo(7);
    assertThat(block.partition()).isEqualTo(3);
    assertThat(block.bounds()).isNull();
    assertThat(Arrays.copyOfRange(block.bytes(), block.from(), block.to()))
        .hasSizeBetween(64 * 1024, LONGEST)
        .isEqualTo(Arrays.copyOf(large, block.to() - block.from()));

    packer.add(new byte[] {1}, 8);
    RawBlock next = PackedRecords.block("topic", 3, packer.pack(range(8, 9)));
    assertThat(next.oversizeLength()).as("of the next one").isZero();
    assertThat(values(next)).hasSize(1);
  }

  @Test
  void keepNoMoreOfWhatIsTooLargeThanMayBe() {
    Packer packer = packer(10);
    packer.add(new byte[11], 7);
    RawBlock block = PackedRecords.block("topic", 3, packer.pack(range(7, 8)));
    assertThat(block.oversizeLength()).isEqualTo(11);
    assertThat(block.to() - block.from()).isEqualTo(10);
  }

  @Test
  void areNotReadFromAnythingElse() {
    assertThatThrownBy(() -> PackedRecords.range("topic", 3, new byte[5]))
        .isInstanceOf(BufferUnderflowException.class);
  }

  private static TopicRange range(long from, long to) {
    return new TopicRange("topic", 3, from, to);
  }

  public static List<byte[]> values(RawBlock block) {
    List<byte[]> values = new ArrayList<>();
    RawBlock.Bounds bounds = block.bounds();
    int from = block.from();
    for (int i = 0; bounds != null && i < bounds.count(); i++) {
      values.add(Arrays.copyOfRange(block.bytes(), from, bounds.ends()[i]));
      from = bounds.ends()[i];
    }
    return values;
  }

  public static List<Long> offsets(RawBlock block) {
    RawBlock.Bounds bounds = block.bounds();
    return bounds == null
        ? List.of(block.offset())
        : Arrays.stream(bounds.offsets()).limit(bounds.count()).boxed().toList();
  }
}
