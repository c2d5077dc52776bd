package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes, the gateway goes on, and Kafka sees nothing of it. */
@Timeout(600)
@ExtendWith(SharedKafka.class)
class HostileInputTest {

  private static final int SENDERS = 8;
  private static final int SLOW_SENDERS = 8;
  private static final String GOOD = "{\"records\":[{\"value\":{\"ind\":1}}]}";

  private static TestKafka kafka;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start(TestKafka shared) throws Exception {
    kafka = shared;
    gateway = GatewayProcess.start(kafka, 0, "--maxConnections=64", "--clientTimeout=2");
  }

  @AfterAll
  static void stop() {
    gateway.close();
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
    Path status = Path.of("/proc", String.valueOf(gateway.process.pid()), "status");
    if (Files.exists(status)) { // Linux tells the most memory that a process ever had
      String most =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .findFirst()
              .orElseThrow();
      assertThat(Integer.parseInt(most.replaceAll("\\D", ""))).as(most).isLessThan(400_000);
    }
  }

  @Test
  void sendsNothingOfMalformedRequestsToKafka() throws Exception {
    sendMalformed(3000);
  }

  @Test
  @Tag("long")
  void sendsNothingOfAHundredThousandMalformedRequestsToKafka() throws Exception {
    sendMalformed(100_000);
  }

  private static void sendMalformed(int requests) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(SENDERS + SLOW_SENDERS);
    try {
      List<Future<Integer>> slow = new ArrayList<>();
      for (int sender = 0; sender < SLOW_SENDERS; sender++) {
        slow.add(threads.submit(() -> sendSlowly(end)));
      }
      List<Callable<Void>> senders = new ArrayList<>();
      for (int sender = 0; sender < SENDERS; sender++) {
        SplittableRandom random = new SplittableRandom(sender);
        senders.add(
            () -> {
              for (int i = 0; i < requests / SENDERS; i++) {
                sendMalformed(random);
              }
              return null;
            });
      }
      for (Future<Void> sender : threads.invokeAll(senders)) {
        sender.get();
      }
      end.countDown();
      for (Future<Integer> sender : slow) {
        assertThat(sender.get()).isPositive();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Sends a byte now and then, until it is cut off, again and again; how often it was. */
  private static int sendSlowly(CountDownLatch end) throws Exception {
    byte[] request = RawHttp.head(100_000);
    int times = 0;
    while (times == 0 || end.getCount() > 0) {
      int sent = times % 2 == 0 ? request.length : 20; // all headers, or a part of them
      try (Socket socket = RawHttp.connect(gateway.port)) {
        socket.getOutputStream().write(request, 0, sent);
        socket.setSoTimeout(100);
        int read = 0;
        while (read >= 0) {
          try {
            read = socket.getInputStream().read();
          } catch (SocketTimeoutException e) {
            socket.getOutputStream().write(' ');
          }
        }
      } catch (IOException e) {
        // it was closed while it sent
      }
      times++;
    }
    return times;
  }

  /** Bodies that can never be good, though some are nearly. */
  private static byte[] malformed(SplittableRandom random) {
    String good =
        "{\"records\":[{\"key\":\"k\",\"value\":{\"index\":%d,\"title\":\"é\\ud83d\\ude0d😍\"}}]}"
            .formatted(random.nextInt());
    byte[] bytes = utf8(good);
    if (random.nextInt(100) == 0) { // huge: a body, or a record
      int length = random.nextBoolean() ? 1_200_000 : 1_010_000;
      return utf8(good.replace("\\ud83d", "x".repeat(length)));
    }
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

  /** Who sends on and on, and reads nothing, is cut off before the answers fill the memory. */
  @ParameterizedTest
  @ValueSource(ints = {0, 500})
  void keepsNoAnswersThatNobodyReads(int slashes) throws Exception {
    byte[] requests =
        utf8(("GET " + "/".repeat(slashes + 1) + "x HTTP/1.1\r\nHost: x\r\n\r\n").repeat(1000));
    long bytes = 0;
    try (Socket socket = RawHttp.connect(gateway.port)) {
      while (bytes < 2L << 30) {
        socket.getOutputStream().write(requests);
        bytes += requests.length;
      }
      throw new AssertionError("it was never cut off");
    } catch (SocketException e) {
      // it was cut off
    }
  }

  /** With HTTP/2 the other side says how much it takes; this one takes nothing. */
  @Test
  void waitsForNobodyWhoDoesNotReadItsAnswer() throws Exception {
    byte[] path = utf8("/openapi.json");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    request.writeBytes(new byte[] {0, 0, 6, 4, 0, 0, 0, 0, 0}); // settings: a window of nothing
    request.writeBytes(new byte[] {0, 4, 0, 0, 0, 0});
    request.writeBytes(new byte[] {0, 0, (byte) (path.length + 7), 1, 5, 0, 0, 0, 1}); // headers
    request.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, 4, (byte) path.length}); // GET, http
    request.writeBytes(path);
    request.writeBytes(new byte[] {1, 1, 'x'}); // the authority
    try (Socket socket = RawHttp.connect(gateway.port)) {
      socket.getOutputStream().write(request.toByteArray());
      socket.setSoTimeout(20_000);
      byte[] frames = socket.getInputStream().readAllBytes(); // until it is closed
      assertThat(frames).hasSizeBetween(1, 1000);
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
