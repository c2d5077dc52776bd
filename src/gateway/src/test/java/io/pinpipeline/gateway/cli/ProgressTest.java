package io.pinpipeline.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.OptionalDouble;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgressTest {

  @BeforeEach
  void beOnATerminal() {
    System.setProperty("pinpipeline.terminal", "true");
  }

  @AfterEach
  void leaveIt() {
    System.clearProperty("pinpipeline.terminal");
  }

  private static String shown(OptionalDouble share) {
    StringWriter err = new StringWriter();
    Progress progress = new Progress(() -> "so far", () -> share, new PrintWriter(err));
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> err.toString().contains("so far"));
    } finally {
      progress.close();
    }
    return err.toString();
  }

  @Test
  void drawsABarWhereTheEndIsKnown() {
    assertThat(shown(OptionalDouble.of(0.42))).contains("[########------------]  42 %  so far");
    assertThat(shown(OptionalDouble.of(1))).contains("[####################] 100 %  so far");
    assertThat(shown(OptionalDouble.empty())).doesNotContain("[#", "%").endsWith("\r\u001b[K");
  }
}
