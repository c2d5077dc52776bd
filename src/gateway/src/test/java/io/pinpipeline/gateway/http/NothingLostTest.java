package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was answered with 200 is in Kafka, whatever happens to the gateway or to Kafka. */
@Timeout(300)
class NothingLostTest {

  private static final String GOOD = "{\"records\":[{\"value\":{\"ind\":-1}}]}";

  @TempDir Path folder;
  private TestKafka kafka;

  @BeforeEach
  void start() throws Exception {
    kafka = new TestKafka(folder.resolve("kafka"));
  }

  @AfterEach
  void stop() throws Exception {
    kafka.close();
  }

  private static void awaitAcknowledged(Load load, int more) {
    int goal = load.acknowledged.size() + more;
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> load.acknowledged.size() >= goal);
  }

  @Test
  void whereTheGatewayIsKilledUnderLoad() throws Exception {
    AtomicReference<GatewayProcess> gateway = new AtomicReference<>(GatewayProcess.start(kafka, 0));
    try (Load load = new Load(gateway::get)) {
      for (int round = 0; round < 3; round++) {
        awaitAcknowledged(load, 300);
        boolean beforeKafkaHasThem = round == 2; // what is answered too early is surely lost then
        if (beforeKafkaHasThem) {
          kafka.stop();
        }
        gateway.get().kill();
        if (beforeKafkaHasThem) {
          kafka.startAgain();
        }
        gateway.set(GatewayProcess.start(kafka, gateway.get().port));
      }
      awaitAcknowledged(load, 300);
      load.stop();
      assertThat(load.broken).hasPositiveValue();
      assertThat(kafka.values(TestKafka.GEO)).containsAll(load.acknowledged);
    } finally {
      gateway.get().kill();
    }
  }

  @Test
  void whereTheBrokerIsRestartedUnderLoad() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(kafka, 0);
        Load load = new Load(() -> gateway)) {
      awaitAcknowledged(load, 300);
      kafka.stop();
      gateway.awaitReady(503);
      int refused = load.refused.get();
      Awaitility.await().until(() -> load.refused.get() > refused);
      kafka.startAgain();
      awaitAcknowledged(load, 300);
      load.stop();
      assertThat(load.broken).hasValue(0);
      assertThat(kafka.values(TestKafka.GEO)).containsAll(load.acknowledged);
    }
  }

  @Test
  void whereTheGatewayIsStoppedUnderLoad() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(kafka, 0);
        Load load = new Load(() -> gateway);
        Socket slow = RawHttp.connect(gateway.port)) {
      awaitAcknowledged(load, 300);
      byte[] body = GOOD.getBytes(StandardCharsets.UTF_8);
      byte[] head = RawHttp.head(body.length);
      slow.getOutputStream().write(head);
      slow.getOutputStream().write(body, 0, 5);
      Awaitility.await().until(() -> gateway.metric("gateway_inflight_bytes") >= 4096 + 5 * 4);

      gateway.process.destroy(); // SIGTERM
      gateway.awaitReady(503);
      Awaitility.await().until(() -> load.refused.get() > 0);
      slow.getOutputStream().write(body, 5, body.length - 5);
      assertThat(RawHttp.answer(slow)).startsWith("HTTP/1.1 200 ");
      assertThat(gateway.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.process.exitValue()).isEqualTo(128 + 15);
      load.stop();
      assertThat(kafka.values(TestKafka.GEO)).containsAll(load.acknowledged);
      assertThat(kafka.values(TestKafka.PIN)).containsExactly("{\"ind\":-1}");
    }
  }

  @Test
  void andWhereKafkaIsAwayNothingIsAccepted() throws Exception {
    kafka.stop();
    try (TestGateway gateway = TestGateway.start(kafka.bootstrapServers())) {
      assertThat(gateway.management("/health").statusCode()).isEqualTo(200);
      assertThat(gateway.management("/ready").statusCode()).isEqualTo(503);
      for (HttpResponse<String> response :
          List.of(
              gateway.post("/topics/demo.geo", GOOD),
              gateway.put("/streams/demo.geo/record", "{\"Data\":{\"ind\":-1}}"))) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).hasValue("1");
        assertThat(response.body()).contains("Kafka");
      }
      kafka.startAgain();
      gateway.ready();
      assertThat(gateway.post("/topics/demo.geo", GOOD).statusCode()).isEqualTo(200);
      assertThat(kafka.values(TestKafka.GEO)).containsExactly("{\"ind\":-1}");
    }
  }

  /** The producer's session is unknown there, and so are the topics' identities. */
  @Test
  void andItGoesOnWithABrokerThatHasForgottenEverything() throws Exception {
    try (TestGateway gateway = TestGateway.start(kafka.bootstrapServers()).ready()) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.post("/topics/demo.geo", GOOD).statusCode()).isEqualTo(200);
      }
      kafka.stop();
      gateway.awaitReady(503);
      kafka.startAnew();
      gateway.ready();
      int acknowledged = 0;
      for (int i = 0; i < 20 && acknowledged < 5; i++) {
        if (gateway.post("/topics/demo.geo", GOOD).statusCode() == 200) {
          acknowledged++;
        }
      }
      assertThat(acknowledged).isEqualTo(5);
      assertThat(kafka.values(TestKafka.GEO)).hasSizeGreaterThanOrEqualTo(5);
    }
  }
}
