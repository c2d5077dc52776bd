package io.pinpipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.clean.RejectionCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0       | 100     | 0 %
          100     | 100     | 100 %
          0       | 0       | –
          1       | 3       | 33.3 %
          1       | 1000    | 0.10 %
          1       | 1000000 | < 0.01 %
          999     | 1000    | 99.90 %
          999999  | 1000000 | > 99.99 %
          """)
  void saysNeitherAllNorNothingOfWhatIsAlmostSo(long part, long whole, String share) {
    assertThat(Figures.share(part, whole)).isEqualTo(share);
  }

  @ParameterizedTest
  @CsvSource({
    "0, less than a minute",
    "59, less than a minute",
    "60, 1 minute",
    "3599, 59 minutes",
    "3600, 1 hour",
    "172799, 47 hours",
    "172800, 2 days"
  })
  void saysAgesInTheirLargestUnit(long seconds, String age) {
    assertThat(Figures.age(Duration.ofSeconds(seconds))).isEqualTo(age);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "2500000000, 2.5 GB"
  })
  void saysBytesInPowersOfTen(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void groupsNumbersButNotYears() {
    assertThat(Figures.cell("join_year", 2017)).isEqualTo("2017");
    assertThat(Figures.cell("follower_count", 15_000_000L)).isEqualTo("15,000,000");
    assertThat(Figures.words("median_follower_count")).isEqualTo("Median follower count");
  }

  @ParameterizedTest
  @EnumSource
  void hasWordsForEachCode(RejectionCode code) {
    assertThat(Figures.reason(code.name())).isNotBlank();
  }
}
