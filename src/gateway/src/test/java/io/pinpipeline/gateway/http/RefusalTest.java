package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not taken, and what is said of it. */
@Timeout(120)
@ExtendWith(SharedKafka.class)
class RefusalTest {

  private static final String GOOD = "{\"records\":[{\"value\":{\"index\":1}}]}";

  @TempDir static Path folder;
  private static TestKafka kafka;
  private static TestGateway gateway;

  @BeforeAll
  static void start(TestKafka shared) throws Exception {
    kafka = shared;
    gateway = TestGateway.start(kafka.bootstrapServers()).ready();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  private static Limits limits(int recordsPerSecond, Duration clientTimeout) {
    Limits usual = TestGateway.LIMITS;
    return new Limits(
        usual.maxBodyBytes(),
        5,
        usual.maxRecordBytes(),
        usual.maxHeaderBytes(),
        usual.maxConnections(),
        usual.maxBytesInFlight(),
        recordsPerSecond,
        usual.kafkaTimeout(),
        clientTimeout,
        usual.shutdownTimeout());
  }

  private static String message(HttpResponse<String> response) throws IOException {
    return new JsonMapper().readTree(response.body()).get("message").asText();
  }

  private static void require(HttpResponse<String> response, int status, String... words)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(message(response))
        .isNotBlank()
        .satisfies(message -> assertThat(List.of(words)).allMatch(message::contains))
        .doesNotContain("Exception", "io.pinpipeline");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | empty",
        "{ | byte 1",
        "[] | The body should be a JSON object (line 1, column 1, byte 0)",
        "{} | no records",
        "{\"records\":[]} | no records",
        "{\"records\":{}} | \"records\" should be an array (line 1, column 12, byte 11)",
        "{\"records\":[1]} | A record should be a JSON object",
        "{\"records\":[{}]} | Record 0 has no \"value\"",
        "{\"records\":[{\"value\":{\"index\":1}},{\"key\":1}]} | Record 1 has no \"value\"",
        "{\"records\":[{\"value\":[]}]} | A value should be a JSON object (line 1, column 22, byte 21)",
        "{\"records\":[{\"value\":null}]} | A value should be a JSON object",
        "{\"records\":[{\"value\":{\"index\":1},\"value\":{}}]} | \"value\" stands here twice",
        "{\"records\":[{\"Value\":{}}]} | Nobody knows the field \"Value\" here",
        "{\"records\":[{\"value\":{},\"key\":{}}]} | A key should be a string or a number",
        "{\"records\":[{\"value\":{},\"partition\":-1}]} | A partition should be a whole number",
        "{\"records\":[{\"value\":{},\"partition\":99999999999}]} | A partition should be a whole",
        "{\"records\":[{\"value\":{},\"partition\":3}]} | topic demo.pin has 3",
        "{\"records\":[{\"value\":{\"index\":01}}]} | no valid JSON",
        "{\"records\":[{\"value\":{\"a\":\"\\x\"}}]} | no valid JSON",
        "{\"records\":[{\"value\":{\"a\":NaN}}]} | no valid JSON",
        "{\"records\":[{\"value\":{}}]}{} | follows the end",
        "{\"records\":[{\"value\":{}}]} x | no valid JSON"
      })
  void saysWhatIsWrongInABodyAndWhere(String body, String words) throws Exception {
    require(gateway.post("/topics/demo.pin", body), 400, words);
  }

  @Test
  void countsLines() throws Exception {
    require(
        gateway.post("/topics/demo.pin", "{\n \"records\": [\n  {\"value\": {x}}]}"),
        400,
        "line 3, column 14, byte 29");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Data\":{},\"StreamName\":\"other\"} | should be \"demo.pin\"",
        "{\"PartitionKey\":\"x\"} | Record 0 has no \"Data\"",
        "{\"Data\":\"%%%\"} | neither a JSON object nor base64",
        "{\"Data\":\"MTIz\"} | Data should be a JSON object",
        "{\"Data\":\"e30gMQ==\"} | follows the end of the object in the data of record 0",
        "{\"Data\":\"eyLDKCI6MX0=\"} | no UTF-8 at byte 2 in the data of record 0",
        "{\"Data\":7} | Data should be a JSON object",
        "{\"Data\":{},\"PartitionKey\":7} | A key should be a string",
        "{\"records\":[{\"data\":{}}]} | Nobody knows the field \"records\" here"
      })
  void saysWhatIsWrongInAKinesisBody(String body, String words) throws Exception {
    require(gateway.put("/streams/demo.pin/record", body), 400, words);
  }

  @Test
  void takesUtf8Only() throws Exception {
    byte[] body = GOOD.replace("1", "\"é\"").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(raw(RawHttp.head(body.length), body)).contains(" 400 ", "no UTF-8 at byte 31");
    byte[] wide = GOOD.getBytes(StandardCharsets.UTF_16BE);
    assertThat(raw(RawHttp.head(wide.length), wide))
        .contains(" 400 ", "zero byte stands at byte 0");
    byte[] marked = ("\ufeff" + GOOD).getBytes(StandardCharsets.UTF_8);
    assertThat(raw(RawHttp.head(marked.length), marked)).contains(" 400 ", "byte order mark");
  }

  @Test
  void takesItsTopicsOnly() throws Exception {
    require(gateway.post("/topics/other.pin", GOOD), 404, "'other.pin'", "demo.geo, demo.pin");
    assertThat(gateway.post("/topics/other.pin", GOOD).body()).contains("\"error_code\":40401");
    require(gateway.post("/topics/streaming-demo-pin", GOOD), 404, "posts may go to");
    require(gateway.put("/streams/none/record", "{\"Data\":{}}"), 404, "streaming-demo-pin");
    require(gateway.post("/topics/..%2F..%2Fx", GOOD), 400, "path");
    require(gateway.post("/", GOOD), 404, "/openapi.yaml");
    require(gateway.post("/topics", GOOD), 404, "/openapi.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "QUERY"})
  void takesPostsToTopicsWithPostOnly(String method) throws Exception {
    String answer =
        raw(RawHttp.head(method + " /topics/demo.pin HTTP/1.1\nHost: x\nConnection: close\n\n"));
    assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("allow: POST");
  }

  @Test
  void takesPostsToStreamsWithPutOnly() throws Exception {
    HttpResponse<String> response =
        gateway.send("POST", "/streams/demo.pin/records", GOOD, "Content-Type", "application/json");
    require(response, 405, "PUT");
    assertThat(response.headers().firstValue("allow")).hasValue("PUT");
  }

  @Test
  void takesJsonOnly() throws Exception {
    require(gateway.send("POST", "/topics/demo.pin", GOOD), 415, "application/vnd.kafka.json.v2");
    require(
        gateway.send(
            "POST", "/topics/demo.pin", GOOD, "Content-Type", "application/x-www-form-urlencoded"),
        415);
    require(gateway.send("POST", "/topics/demo.pin", GOOD, "Content-Type", "no type at all"), 415);
    require(
        gateway.post("/topics/demo.pin", GOOD, "Content-Encoding", "gzip"),
        415,
        "Content-Encoding");
  }

  @Test
  void takesNoLargerBodyThanItMay() throws Exception {
    String large = "{\"records\":[{\"value\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}]}";
    require(gateway.post("/topics/demo.pin", large), 413, "larger");
    assertThat(
            raw(
                RawHttp.head(
                    """
                    POST /topics/demo.pin HTTP/1.1
                    Host: x
                    Content-Type: application/json
                    Content-Length: 99999999999

                    """)))
        .startsWith("HTTP/1.1 413 ");
    require(
        gateway.post(
            "/topics/demo.pin",
            "{\"records\":[{\"value\":{}},{\"value\":{\"a\":\"" + "x".repeat(100_000) + "\"}}]}"),
        413,
        "Record 1 has more than 100000 bytes");
    require(
        gateway.post(
            "/topics/demo.pin",
            "{\"records\":[" + "{\"value\":{}},".repeat(1000) + "{\"value\":{}}]}"),
        413,
        "more than 1000 records");
  }

  @Test
  void takesNoLargerHeadersThanItMay() throws Exception {
    String host = " HTTP/1.1\nHost: x\n";
    String large = "x".repeat(10_000);
    assertThat(raw(RawHttp.head("POST /topics/demo.pin" + host + "X: " + large + "\n\n")))
        .containsPattern("^HTTP/1.1 431 ");
    assertThat(raw(RawHttp.head("POST /topics/" + large + host + "\n")))
        .containsPattern("^HTTP/1.1 414 ");
  }

  @Test
  void wantsABody() throws Exception {
    String answer =
        raw(
            RawHttp.head(
                """
                POST /topics/demo.pin HTTP/1.1
                Host: x
                Content-Type: application/json

                """));
    assertThat(answer).startsWith("HTTP/1.1 411 ");
  }

  @Test
  void takesChunks() throws Exception {
    byte[] head =
        RawHttp.head(
            """
            POST /topics/demo.geo HTTP/1.1
            Host: x
            Content-Type: application/json
            Transfer-Encoding: chunked
            Connection: close

            """);
    String body = "{\"records\":[{\"value\":{\"ind\":5}}]}";
    String chunks =
        "%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
            .formatted(9, body.substring(0, 9), body.length() - 9, body.substring(9));
    assertThat(raw(head, chunks.getBytes(StandardCharsets.US_ASCII))).startsWith("HTTP/1.1 200 ");
    String endless = "fffff0\r\n" + "x".repeat(2 << 20);
    assertThat(raw(head, endless.getBytes(StandardCharsets.US_ASCII))).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void letsIn() throws Exception {
    String key = "a-long-and-random-key";
    String other = "another-long-and-random-key";
    Path file = folder.resolve("keys");
    Files.writeString(
        file,
        "# who may send\nphone %s\nwatch  %s demo.geo,demo.user\n"
            .formatted(sha256(key), sha256(other)));
    Reloaded<ApiKeys> keys = Reloaded.read("The keys", List.of(file), () -> ApiKeys.read(file));
    try (TestGateway locked =
        TestGateway.start(kafka.bootstrapServers(), TestGateway.LIMITS, Optional.of(keys))
            .ready()) {
      HttpResponse<String> nobody = locked.post("/topics/demo.pin", GOOD);
      require(nobody, 401, "X-API-Key");
      assertThat(nobody.headers().firstValue("www-authenticate")).isPresent();
      require(locked.post("/topics/demo.pin", GOOD, "X-API-Key", key + "x"), 401, "Nobody knows");
      require(locked.post("/topics/demo.pin", GOOD, "X-API-Key", sha256(key)), 401);
      require(locked.post("/topics/demo.pin", GOOD, "X-API-Key", other), 403, "watch", "demo.pin");
      require(locked.post("/topics/none", GOOD), 401);
      require(
          locked.put("/streams/streaming-demo-pin/record", "{\"Data\":{}}", "X-API-Key", other),
          403);
      assertThat(locked.post("/topics/demo.pin", GOOD, "X-API-Key", key).statusCode())
          .isEqualTo(200);
      assertThat(
              locked
                  .post(
                      "/topics/demo.geo",
                      "{\"records\":[{\"value\":{\"ind\":1}}]}",
                      "Authorization",
                      "Bearer " + other)
                  .statusCode())
          .isEqualTo(200);

      // a file that cannot be used changes nothing; a good one does, without a restart
      Files.writeString(file, "phone " + sha256(key) + "\nwatch half a li");
      keys.look();
      assertThat(locked.post("/topics/demo.pin", GOOD, "X-API-Key", key).statusCode())
          .isEqualTo(200);
      Files.writeString(file, "watch " + sha256(other) + "\n");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> locked.post("/topics/demo.pin", GOOD, "X-API-Key", other).statusCode() == 200);
      require(locked.post("/topics/demo.pin", GOOD, "X-API-Key", key), 401, "Nobody knows");
    }
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void slowsDownWhoSendsTooFast() throws Exception {
    try (TestGateway slow =
        TestGateway.start(
                kafka.bootstrapServers(), limits(1, Duration.ofSeconds(10)), Optional.empty())
            .ready()) {
      String five = "{\"records\":[" + "{\"value\":{}},".repeat(4) + "{\"value\":{}}]}";
      assertThat(slow.post("/topics/demo.pin", five).statusCode()).isEqualTo(200);
      HttpResponse<String> response = slow.post("/topics/demo.pin", five);
      require(response, 429, "faster than you may");
      assertThat(Integer.parseInt(response.headers().firstValue("retry-after").orElseThrow()))
          .isBetween(1, 5);
      require(slow.post("/topics/demo.pin", five), 429);
      // what is malformed counts as well
      for (int i = 0; i < 5; i++) {
        slow.post("/topics/demo.pin", "{");
      }
      require(slow.post("/topics/demo.pin", "{"), 429);
    }
  }

  @Test
  void waitsForNoSlowClient() throws Exception {
    try (TestGateway hasty =
        TestGateway.start(
                kafka.bootstrapServers(), limits(0, Duration.ofSeconds(1)), Optional.empty())
            .ready()) {
      try (Socket body = RawHttp.connect(hasty.gateway.port());
          Socket headers = RawHttp.connect(hasty.gateway.port())) {
        body.getOutputStream().write(RawHttp.head(100));
        trickle(headers, "POST /topics/demo.pin HTTP/1.1\r\nHost: x\r\nX: ");
        assertThat(RawHttp.answer(body)).startsWith("HTTP/1.1 408 ");
      }
      // a connection that is used again and again, and idles between, is another thing
      for (int i = 0; i < 3; i++) {
        assertThat(hasty.post("/topics/demo.pin", "{\"records\":[{\"value\":{}}]}").statusCode())
            .isEqualTo(200);
      }
    }
  }

  /** Sends a byte now and then until the other side has closed. */
  private static void trickle(Socket socket, String beginning) throws Exception {
    OutputStream out = socket.getOutputStream();
    out.write(beginning.getBytes(StandardCharsets.US_ASCII));
    socket.setSoTimeout(100);
    long begin = System.nanoTime();
    while (true) {
      try {
        out.write('x');
        if (socket.getInputStream().read() < 0) {
          break;
        }
      } catch (SocketTimeoutException e) {
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
      } catch (SocketException e) {
        break; // closed
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
  }

  private static String raw(byte[]... parts) throws IOException {
    return RawHttp.send(gateway.gateway.port(), parts);
  }
}
