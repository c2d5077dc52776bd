package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.transforms.KeyBlockTest.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyShardsTest {

  @Property(tries = 300)
  void bringsEveryRowToTheShardOfItsKey(
      @ForAll @Size(max = 50) List<Long> keys, @ForAll @IntRange(min = 1, max = 40) int shards) {
    NavigableMap<Integer, List<Row>> spread = spread("pin", shards, keys.size(), keys::get);
    NavigableMap<Integer, List<Row>> again = spread("pin", shards, keys.size(), keys::get);

    assertThat(spread).isEqualTo(again);
    assertThat(spread.keySet()).allMatch(shard -> shard >= 0 && shard < shards);
    assertThat(spread.values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, keys.size()).mapToObj(i -> row(keys.get(i), i)).toList());
    keys.forEach(
        key ->
            assertThat(
                    spread.values().stream()
                        .filter(rows -> rows.stream().anyMatch(row -> row.key() == key)))
                .hasSize(1));
  }

  @Property(tries = 100)
  void keepsDatasetsApart(@ForAll long key, @ForAll @IntRange(min = 1, max = 40) int shards) {
    assertThat(
            List.of(
                spread("pin", shards, 1, i -> key).firstKey(),
                spread("geo", shards, 1, i -> key).firstKey(),
                spread("user", shards, 1, i -> key).firstKey()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 8, 1024, 1 << 20, 1L << 32})
  void spreadsKeysEvenly(long step) {
    NavigableMap<Integer, List<Row>> spread = spread("geo", 16, 16_000, i -> i * step);

    assertThat(spread).hasSize(16);
    assertThat(spread.values()).allMatch(rows -> rows.size() > 500 && rows.size() < 2000);
  }

  @Test
  void handsOnALargeBatchInParts() {
    List<KeyBlock> blocks = new ArrayList<>();
    KeyShards shards =
        new KeyShards("user", 1, 9, new SpillFile(), (shard, block) -> blocks.add(block));

    for (int i = 0; i < 20_000; i++) {
      shards.add(i, fingerprint(i), i);
    }
    assertThat(blocks).hasSize(2);
    shards.finish();

    assertThat(blocks).extracting(KeyBlock::size).containsExactly(8_192, 8_192, 3_616);
    assertThat(blocks).extracting(KeyBlock::batch).containsOnly(9);
    assertThat(blocks.stream().map(KeyBlockTest::rows).flatMap(List::stream).toList())
        .isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> row(i, i)).toList());
  }

  @Test
  void handsOnNothingOfAnEmptyBatch() {
    assertThat(spread("pin", 3, 0, i -> i)).isEmpty();
  }

  @Test
  void refusesADatasetThatIsNone() {
    assertThatThrownBy(() -> new KeyShards("board", 1, 0, new SpillFile(), (shard, block) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("board");
  }

  private static long fingerprint(long key) {
    return Long.reverse(key);
  }

  private static Row row(long key, int ordinal) {
    return new Row(key, fingerprint(key), ordinal);
  }

  private static NavigableMap<Integer, List<Row>> spread(
      String dataset, int shards, int count, IntToLongFunction keys) {
    NavigableMap<Integer, List<Row>> spread = new TreeMap<>();
    KeyShards out =
        new KeyShards(
            dataset,
            shards,
            4,
            new SpillFile(),
            (shard, block) ->
                spread
                    .computeIfAbsent(shard, empty -> new ArrayList<>())
                    .addAll(KeyBlockTest.rows(block)));
    for (int i = 0; i < count; i++) {
      out.add(keys.applyAsLong(i), fingerprint(keys.applyAsLong(i)), i);
    }
    out.finish();
    return spread;
  }
}
