package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.gateway.wire.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private final InFlight inFlight = new InFlight(100);

  @Test
  void givesNoMoreThanThereIs() {
    InFlight.Share one = inFlight.begin();
    InFlight.Share other = inFlight.begin();
    one.hold(60);
    assertThatThrownBy(() -> other.hold(41))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(503));
    other.hold(40);
    assertThat(inFlight.bytes()).isEqualTo(100);
    one.end();
    assertThat(inFlight.bytes()).isEqualTo(40);
    other.hold(60);
    other.end();
    assertThat(inFlight.bytes()).isZero();
    assertThat(inFlight.requests()).isZero();
  }

  @Test
  void givesNothingToARequestThatIsAnswered() {
    InFlight.Share share = inFlight.begin();
    share.end();
    assertThatThrownBy(() -> share.hold(1)).isInstanceOf(Refusal.class);
    assertThat(inFlight.bytes()).isZero();
  }

  @Test
  void waitsForWhatWasAcceptedButNotForEver() throws InterruptedException {
    InFlight.Share share = inFlight.begin();
    inFlight.drain(Duration.ofMillis(10));
    assertThat(inFlight.isClosed()).isTrue();
    assertThat(inFlight.requests()).isEqualTo(1);
    share.end();
    inFlight.drain(Duration.ofDays(1));
    assertThat(inFlight.requests()).isZero();
  }
}
