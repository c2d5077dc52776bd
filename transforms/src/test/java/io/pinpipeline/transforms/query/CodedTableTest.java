package io.pinpipeline.transforms.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.transforms.SpillFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodedTableTest {

  private static CodedTable table(long[] numbers, Integer[] followers, String[] countries) {
    CodedTable table = new CodedTable(List.of(PostColumn.FOLLOWERS, PostColumn.COUNTRY));
    for (int i = 0; i < numbers.length; i++) {
      int row = table.append(numbers[i]);
      table.columns().get(0).values()[row] = followers[i] == null ? PostColumn.NULL : followers[i];
      byte[] text = countries[i] == null ? null : countries[i].getBytes(StandardCharsets.UTF_8);
      CodedTable.Values country = table.columns().get(1);
      country.values()[row] =
          text == null ? PostColumn.NULL : country.texts().add(text, 0, text.length);
    }
    return table;
  }

  private static List<String> rows(CodedTable table) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      StringBuilder text = new StringBuilder().append(table.numbers()[row]);
      for (CodedTable.Values column : table.columns()) {
        int value = column.values()[row];
        text.append(' ');
        if (value == PostColumn.NULL) {
          text.append("null");
        } else if (column.column().kind() == PostColumn.Kind.TEXT) {
          text.append(column.texts().text(value));
        } else {
          text.append(value);
        }
      }
      rows.add(text.toString());
    }
    return rows;
  }

  @Test
  void readsBlocksOneAfterTheOther() {
    CodedTable one =
        table(
            new long[] {0, Long.MIN_VALUE, Long.MAX_VALUE},
            new Integer[] {0, Integer.MAX_VALUE, null},
            new String[] {"Chad", null, ""});
    CodedTable other =
        table(
            new long[] {-1, 7},
            new Integer[] {-5, 1 - Integer.MAX_VALUE},
            new String[] {"Åland", "Chad"});
    CodedTable both = new CodedTable(List.of(PostColumn.COUNTRY, PostColumn.FOLLOWERS));
    both.append(one.encode());
    both.append(other.encode());
    assertThat(rows(both))
        .containsExactly(
            "0 Chad 0",
            Long.MIN_VALUE + " null " + Integer.MAX_VALUE,
            Long.MAX_VALUE + "  null",
            "-1 Åland -5",
            "7 Chad " + (1 - Integer.MAX_VALUE));
  }

  @Test
  void leavesOutColumnsThatItHasNot() {
    CodedTable countries = new CodedTable(List.of(PostColumn.COUNTRY));
    countries.append(
        table(new long[] {1, 2}, new Integer[] {3, 4}, new String[] {"Chad", "Peru"}).encode());
    assertThat(rows(countries)).containsExactly("1 Chad", "2 Peru");
  }

  @Test
  void joinsByNumber() {
    CodedTable pins = table(new long[] {5, 6}, new Integer[] {50, 60}, new String[] {"a", "b"});
    CodedTable years = new CodedTable(List.of(PostColumn.POST_YEAR));
    for (long number : new long[] {7, 5}) {
      int row = years.append(number);
      years.columns().get(0).values()[row] = 2018;
    }
    assertThat(rows(pins.joined(List.of(years, new CodedTable(List.of())))))
        .containsExactly("5 50 a 2018", "6 60 b null");
  }

  @Test
  void holdsManyRowsOnDiskAsInMemory() {
    CodedTable table = new CodedTable(List.of(PostColumn.POSTER));
    for (int i = 0; i < 10_000; i++) {
      byte[] text = ("poster " + i % 5000).getBytes(StandardCharsets.UTF_8);
      int row = table.append(i);
      CodedTable.Values poster = table.columns().get(0);
      poster.values()[row] = poster.texts().add(text, 0, text.length);
    }
    assertThat(table.columns().get(0).texts().size()).isEqualTo(5000);
    CodedBlock block = table.encode();
    assertThat(block.spilledTo(new SpillFile())).isEqualTo(block).hasSameHashCodeAs(block);
    CodedTable again = new CodedTable(List.of(PostColumn.POSTER));
    again.append(block.spilledTo(new SpillFile()));
    assertThat(rows(again)).isEqualTo(rows(table));
    table.clear();
    assertThat(table.rows()).isZero();
    assertThat(rows(table)).isEmpty();
  }

  /** The keys of a shard have something in common, which must not make them neighbours. */
  @Test
  void spreadsTheKeysOfAShardOverAllSlots() {
    int shards = 9;
    int slots = 1 << 12;
    int[] used = new int[slots];
    int keys = 0;
    for (long key = 1_000_000; keys < slots; key++) {
      if (LongHash.shard(key, shards) == 4) {
        used[LongHash.slot(key, slots)]++;
        keys++;
      }
    }
    assertThat(Arrays.stream(used).filter(count -> count > 0).count()).isGreaterThan(slots / 2);
    assertThat(Arrays.stream(used).max().orElseThrow()).isLessThan(12);
  }
}
