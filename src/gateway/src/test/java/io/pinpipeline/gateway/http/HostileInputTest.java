package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes, the gateway goes on, and Kafka sees nothing of it. */
@Timeout(300)
class HostileInputTest {

  private static final int REQUESTS = 4000;
  private static final int SENDERS = 8;
  private static final String GOOD = "{\"records\":[{\"value\":{\"ind\":1}}]}";

  @TempDir static Path folder;
  private static TestKafka kafka;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    kafka = new TestKafka(folder);
    gateway = GatewayProcess.start(kafka, 0, "--maxConnections=64", "--clientTimeout=5");
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    kafka.close();
  }

  @AfterEach
  void servesAsIfNothingHadBeen() throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                gateway.metric("gateway_inflight_bytes") == 0
                    && gateway.metric("gateway_inflight_requests") == 0);
    int before = kafka.values(TestKafka.GEO).size();
    assertThat(gateway.post(TestKafka.GEO, GOOD).statusCode()).isEqualTo(200);
    assertThat(kafka.values(TestKafka.GEO)).hasSize(before + 1).containsOnly("{\"ind\":1}");
    assertThat(kafka.values(TestKafka.PIN)).isEmpty();
    assertThat(gateway.process.isAlive()).isTrue();
  }

  @Test
  void sendsNothingOfMalformedRequestsToKafka() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    try {
      List<Callable<Void>> senders = new ArrayList<>();
      for (int sender = 0; sender < SENDERS; sender++) {
        SplittableRandom random = new SplittableRandom(sender);
        senders.add(
            () -> {
              for (int i = 0; i < REQUESTS / SENDERS; i++) {
                sendMalformed(random);
              }
              return null;
            });
      }
      for (Future<Void> sender : threads.invokeAll(senders)) {
        sender.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Bodies that can never be good, though some are nearly. */
  private static byte[] malformed(SplittableRandom random) {
    String good =
        "{\"records\":[{\"key\":\"k\",\"value\":{\"index\":%d,\"title\":\"é\\ud83d\\ude0d😍\"}}]}"
            .formatted(random.nextInt());
    byte[] bytes = utf8(good);
    return switch (random.nextInt(9)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length)); // truncated
      case 1 -> utf8(good + "}]{\"x".charAt(random.nextInt(5))); // something behind it
      case 2 -> utf8(good.replace("\"k\"", "[{\"a\":".repeat(random.nextInt(1, 20_000))));
      case 3 -> {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(0xf8, 0x100); // no UTF-8
        yield bytes;
      }
      case 4 -> { // values that are no objects
        List<String> values = List.of("[]", "1", "null", "\"x\"", "true", "[{}]");
        String value = values.get(random.nextInt(values.size()));
        yield utf8(good.replaceFirst("\\{\"index.*}}", value + "}"));
      }
      case 5 -> { // no records
        List<String> bodies = List.of("[]", "{}", "null", "{\"records\":{}}", "{\"records\":[[]]}");
        yield utf8(bodies.get(random.nextInt(bodies.size())));
      }
      case 6 -> // numbers that are none
          utf8(good.replaceFirst(":-?\\d+", ":" + "9".repeat(random.nextInt(1, 5000)) + "e"));
      case 7 -> // too many records
          utf8("{\"records\":[" + "{\"value\":{}},".repeat(5000) + "{\"value\":{}}]}");
      default -> {
        byte[] junk = new byte[random.nextInt(2000)];
        random.nextBytes(junk);
        yield junk;
      }
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void sendMalformed(SplittableRandom random) throws IOException {
    byte[] body = malformed(random);
    switch (random.nextInt(10)) {
      case 0 -> // more is announced than comes
          sendAndLeave(RawHttp.head(body.length + 1 + random.nextInt(1000)), body);
      case 1 -> // too much is announced
          requireRefused(RawHttp.send(gateway.port, RawHttp.head(Integer.MAX_VALUE), body));
      case 2 -> // chunks that are none
          sendAndLeave(
              RawHttp.head(
                  """
                  POST /topics/demo.pin HTTP/1.1
                  Host: x
                  Content-Type: application/json
                  Transfer-Encoding: chunked

                  zz
                  """),
              body);
      case 3 -> sendAndLeave(body); // no HTTP
      case 4 -> // headers that are none, or too large
          sendAndLeave(
              RawHttp.head(
                  "POST /topics/demo.pin HTTP/1.1\n"
                      + "\u0001: x\n".repeat(random.nextInt(3))
                      + "X".repeat(random.nextInt(20_000))),
              body);
      case 5 -> // two lengths
          sendAndLeave(
              RawHttp.head(
                  """
                  POST /topics/demo.pin HTTP/1.1
                  Host: x
                  Content-Type: application/json
                  Content-Length: 5
                  Content-Length: 6

                  """),
              body);
      default -> requireRefused(RawHttp.send(gateway.port, RawHttp.head(body.length), body));
    }
  }

  private static void requireRefused(String answer) {
    assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d .*\"message\":\".+");
  }

  private static void sendAndLeave(byte[]... parts) {
    try (Socket socket = RawHttp.connect(gateway.port)) {
      for (byte[] part : parts) {
        socket.getOutputStream().write(part);
      }
    } catch (IOException e) {
      // it has closed first
    }
  }

  /** Sixteen bodies of which only a part comes would not fit the memory. */
  @Test
  void holdsNoMoreThanItsMemoryWhereBodiesComeSlowly() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      byte[] part = new byte[900_000];
      Arrays.fill(part, (byte) ' ');
      for (int i = 0; i < 16; i++) {
        Socket socket = RawHttp.connect(gateway.port);
        slow.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(RawHttp.head(1_000_000));
        try {
          out.write(part);
        } catch (IOException e) {
          // it was answered, and closed
        }
        assertThat(gateway.metric("gateway_inflight_bytes")).isLessThanOrEqualTo(16 << 20);
      }
      List<String> answers = new ArrayList<>();
      for (Socket socket : slow) {
        try {
          answers.add(RawHttp.answer(socket));
        } catch (IOException e) {
          // the answer was lost, because the part was still on its way
        }
      }
      assertThat(answers).allMatch(answer -> answer.matches("(?s)(HTTP/1.1 (408|503) .*)?"));
      assertThat(answers)
          .anyMatch(answer -> answer.startsWith("HTTP/1.1 408 "))
          .anyMatch(answer -> answer.contains("fit its memory"));
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }
}
