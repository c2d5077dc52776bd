package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class KeyBlockTest {

  /** A row of a key block. */
  record Row(long key, long fingerprint, int ordinal) {}

  @Property(tries = 500)
  void bringsBackItsRows(
      @ForAll("rows") List<Row> rows, @ForAll @IntRange(min = KeyBlock.IN_TABLE) int batch)
      throws Exception {
    KeyBlock block = block(batch, rows);

    KeyBlock read = Batches.travelled(KeyBlockCoder.of(), block);

    assertThat(read.batch()).isEqualTo(batch);
    assertThat(read.size()).isEqualTo(rows.size());
    assertThat(rows(read)).isEqualTo(rows);
    CoderProperties.coderDecodeEncodeEqual(KeyBlockCoder.of(), block);
  }

  @Property(tries = 200)
  void isEqualToBlocksWithTheSameRowsOnly(
      @ForAll("rows") List<Row> one, @ForAll("rows") List<Row> other) throws Exception {
    assertThat(block(1, one).equals(block(1, other))).isEqualTo(one.equals(other));
    assertThat(block(1, one)).isEqualTo(block(1, one)).hasSameHashCodeAs(block(1, one));
    assertThat(block(1, one)).isNotEqualTo(block(2, one));
    CoderProperties.coderConsistentWithEquals(KeyBlockCoder.of(), block(1, one), block(1, other));
  }

  @Property(tries = 20)
  void takesFourteenBytesARowWhereKeysFitAnInt(@ForAll Random random) throws Exception {
    int count = 2000;
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // in two of three records that are not of this shard lies one that is
      rows.add(new Row(random.nextInt(), random.nextLong(), i * 3 + random.nextInt(3)));
    }

    assertThat(CoderUtils.encodeToByteArray(KeyBlockCoder.of(), block(123_456, rows)))
        .hasSizeLessThanOrEqualTo(14 * count + 10);
  }

  @Test
  void buildsBlockAfterBlock() {
    KeyBlock.Builder builder = new KeyBlock.Builder();
    builder.add(1, 2, 1_000_000);
    builder.build(5);
    builder.add(3, 4, 1_000_001);

    assertThat(builder.size()).isEqualTo(1);
    assertThat(rows(builder.build(5))).containsExactly(new Row(3, 4, 1_000_001));
    assertThat(builder.size()).isZero();
  }

  @Property(tries = 50)
  void isRefusedWhereItWasCutOff(@ForAll("rows") List<Row> rows) throws Exception {
    byte[] whole = CoderUtils.encodeToByteArray(KeyBlockCoder.of(), block(1, rows));

    for (int length = 0; length < whole.length; length++) {
      ByteArrayInputStream cut = new ByteArrayInputStream(whole, 0, length);
      assertThatThrownBy(() -> KeyBlockCoder.of().decode(cut)).isInstanceOf(IOException.class);
    }
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    return Combinators.combine(
            Arbitraries.longs(), Arbitraries.longs(), Arbitraries.integers().greaterOrEqual(0))
        .as(Row::new)
        .list()
        .ofMaxSize(40)
        .map(rows -> rows.stream().sorted(Comparator.comparingInt(Row::ordinal)).toList());
  }

  static KeyBlock block(int batch, List<Row> rows) {
    KeyBlock.Builder builder = new KeyBlock.Builder();
    rows.forEach(row -> builder.add(row.key(), row.fingerprint(), row.ordinal()));
    return builder.build(batch);
  }

  static List<Row> rows(KeyBlock block) {
    List<Row> rows = new ArrayList<>();
    KeyBlock.Cursor cursor = new KeyBlock.Cursor(block);
    while (cursor.next()) {
      rows.add(new Row(cursor.key(), cursor.fingerprint(), cursor.ordinal()));
    }
    return rows;
  }

  @Test
  void isTheSameOnDiskAsInMemory() throws IOException {
    KeyBlock.Builder builder = new KeyBlock.Builder();
    SpillFile file = new SpillFile();
    for (int block = 0; block < 3; block++) {
      for (int row = 0; row < 1000; row++) {
        builder.add(row * 31L + block, ~row, row);
      }
      KeyBlock held = builder.build(block);
      KeyBlock spilled = held.spilledTo(file);

      assertThat(spilled).isNotSameAs(held).isEqualTo(held).hasSameHashCodeAs(held);
      assertThat(spilled.inMemory()).isEqualTo(held);
      assertThat(CoderUtils.clone(KeyBlockCoder.of(), spilled)).isEqualTo(held);
    }
  }

  @Test
  void staysInMemoryWhereItIsSmall() {
    KeyBlock.Builder builder = new KeyBlock.Builder();
    builder.add(1, 2, 3);
    KeyBlock block = builder.build(0);

    assertThat(block.spilledTo(new SpillFile()).encoded()).isSameAs(block.encoded());
    assertThat(block.inMemory().encoded()).isSameAs(block.encoded());
  }
}
