package io.pinpipeline.gateway.emulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void holdsTheRate() {
    Pace pace = new Pace(2);
    assertThat(pace.nanosToWait(1, 1000)).isZero();
    assertThat(pace.nanosToWait(1, 1000)).isEqualTo(500_000_000);
    assertThat(pace.nanosToWait(10, 500_001_000)).isEqualTo(500_000_000);
    assertThat(pace.nanosToWait(1, 1_000_001_000)).isEqualTo(5_000_000_000L);
  }

  @Test
  void doesNotMakeGoodWhatWasLost() {
    Pace pace = new Pace(1);
    assertThat(pace.nanosToWait(1, 0)).isZero();
    assertThat(pace.nanosToWait(1, 60_000_000_000L)).isZero();
    assertThat(pace.nanosToWait(1, 60_000_000_000L)).isEqualTo(1_000_000_000);
  }

  @Test
  void letsAllGoWithoutALimit() {
    Pace pace = new Pace(Double.POSITIVE_INFINITY);
    assertThat(pace.nanosToWait(1000, -5)).isZero();
    assertThat(pace.nanosToWait(1000, -5)).isZero();
  }
}
