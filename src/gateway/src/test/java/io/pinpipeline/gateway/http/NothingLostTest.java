package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was answered with 200 is in Kafka, whatever happens to the gateway or to Kafka. */
@Timeout(300)
@ExtendWith(SharedKafka.class)
class NothingLostTest {

  private static final String GOOD = "{\"records\":[{\"value\":{\"ind\":-1}}]}";

  private TestKafka kafka;

  @BeforeEach
  void start(TestKafka shared) {
    kafka = shared;
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
      for (int round = 0; round < 2; round++) {
        awaitAcknowledged(load, 300);
        boolean beforeKafkaHasThem = round == 1; // what is answered too early is surely lost then
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
  void whereTheBrokerIsRestartedUnderLoadAndWhileItIsAwayNothingIsAccepted() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(kafka, 0);
        Load load = new Load(() -> gateway)) {
      awaitAcknowledged(load, 300);
      kafka.stop();
      gateway.awaitReady(503);
      int refused = load.refused.get();
      Awaitility.await().until(() -> load.refused.get() > refused);
      try (TestGateway other = TestGateway.start(kafka.bootstrapServers())) {
        requireRefusedWithoutKafka(other);
        kafka.startAgain();
        other.ready();
        assertThat(other.post("/topics/demo.pin", GOOD).statusCode()).isEqualTo(200);
      }
      awaitAcknowledged(load, 300);
      load.stop();
      assertThat(load.broken).hasValue(0);
      assertThat(kafka.values(TestKafka.GEO)).containsAll(load.acknowledged);
      assertThat(kafka.values(TestKafka.PIN)).containsExactly("{\"ind\":-1}");
    }
  }

  private static void requireRefusedWithoutKafka(TestGateway gateway) throws Exception {
    assertThat(gateway.management("/health").statusCode()).isEqualTo(200);
    assertThat(gateway.management("/ready").statusCode()).isEqualTo(503);
    for (HttpResponse<String> response :
        List.of(
            gateway.post("/topics/demo.pin", GOOD),
            gateway.put("/streams/demo.pin/record", "{\"Data\":{\"ind\":-1}}"))) {
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("retry-after")).hasValue("1");
      assertThat(response.body()).contains("Kafka");
    }
  }

  /** The broker takes a tenth of what comes; the rest must neither pile up nor seem to be there. */
  @Test
  void whereTenTimesAsMuchComesAsKafkaTakes() throws Exception {
    int recordBytes = 1000;
    int recordsPerSecond = 2000;
    int records = 6 * recordsPerSecond;
    int batch = 5;
    int memory = 5_000_000;
    kafka.limit("pinpipeline-gateway", recordsPerSecond / 10.0 * recordBytes);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    try (GatewayProcess gateway = GatewayProcess.start(kafka, 0, "--maxBytesInFlight=" + memory)) {
      String filler = "x".repeat(recordBytes - 20);
      long begin = System.nanoTime();
      for (int next = 0; next < records; next += batch) {
        List<String> values =
            IntStream.range(next, next + batch)
                .mapToObj(ind -> "{\"ind\":%d,\"a\":\"%s\"}".formatted(ind, filler))
                .toList();
        answers.add(
            gateway
                .postAsync(TestKafka.GEO, Load.body(values))
                .thenAccept(
                    answer -> {
                      if (answer.statusCode() == 200) {
                        acknowledged.addAll(values);
                      } else {
                        assertThat(answer.statusCode()).isEqualTo(503);
                        assertThat(answer.headers().firstValue("retry-after")).isPresent();
                      }
                    }));
        if (next % recordsPerSecond == 0) {
          assertThat(gateway.metric("gateway_inflight_bytes")).isLessThanOrEqualTo(memory);
        }
        long early = begin + next * 1_000_000_000L / recordsPerSecond - System.nanoTime();
        LockSupport.parkNanos(early);
      }
      for (CompletableFuture<Void> answer : answers) {
        answer.get(1, TimeUnit.MINUTES);
      }
      assertThat(acknowledged).hasSizeBetween(recordsPerSecond / 10, records / 3);
      assertThat(kafka.values(TestKafka.GEO)).containsAll(acknowledged);
      kafka.startOver();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.post(TestKafka.GEO, GOOD).statusCode() == 200);
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
