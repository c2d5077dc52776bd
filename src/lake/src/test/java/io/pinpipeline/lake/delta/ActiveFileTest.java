package io.pinpipeline.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActiveFileTest {

  private static boolean mayHold(@Nullable String statistics, long number) {
    return new ActiveFile("a.parquet", 1, 1, 1, Map.of(), statistics, null).mayHold("ind", number);
  }

  @Test
  void rulesOutWhatItsStatisticsRuleOut() {
    String statistics = "{\"numRecords\":2,\"minValues\":{\"ind\":-5},\"maxValues\":{\"ind\":9}}";
    assertThat(mayHold(statistics, -6)).isFalse();
    assertThat(mayHold(statistics, -5)).isTrue();
    assertThat(mayHold(statistics, 9)).isTrue();
    assertThat(mayHold(statistics, 10)).isFalse();
    String all =
        "{\"minValues\":{\"ind\":"
            + Long.MIN_VALUE
            + "},\"maxValues\":{\"ind\":"
            + (Long.MAX_VALUE - 1)
            + "}}";
    assertThat(mayHold(all, Long.MIN_VALUE)).isTrue();
    assertThat(mayHold(all, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void rulesOutNothingWithoutStatistics() {
    for (String statistics : new String[] {"{}", "{\"numRecords\":2}", "no JSON"}) {
      assertThat(mayHold(statistics, 7)).isTrue();
    }
    assertThat(mayHold(null, 7)).isTrue();
  }
}
