package io.pinpipeline.gateway.emulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static Duration[] waits(int attempts, Duration asked) {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, 100)
        .mapToObj(i -> Backoff.before(attempts, asked, random))
        .toArray(Duration[]::new);
  }

  @Test
  void doublesUpToItsLimit() {
    assertThat(waits(1, Duration.ZERO))
        .allMatch(wait -> wait.toMillis() >= 50 && wait.toMillis() <= 100);
    assertThat(waits(4, Duration.ZERO))
        .allMatch(wait -> wait.toMillis() >= 400 && wait.toMillis() <= 800);
    assertThat(waits(1000, Duration.ZERO))
        .allMatch(wait -> wait.toMillis() >= 5000 && wait.compareTo(Backoff.LONGEST) <= 0);
  }

  @Test
  void isNotTheSameForAll() {
    assertThat(new HashSet<>(List.of(waits(4, Duration.ZERO)))).hasSizeGreaterThan(50);
  }

  @Test
  void waitsAsLongAsItIsAskedTo() {
    assertThat(waits(1, Duration.ofMinutes(2)))
        .allMatch(wait -> wait.compareTo(Duration.ofMinutes(2)) > 0);
  }
}
