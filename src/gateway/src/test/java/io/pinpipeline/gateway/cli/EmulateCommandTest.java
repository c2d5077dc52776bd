package io.pinpipeline.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.gateway.http.ApiKeys;
import io.pinpipeline.gateway.http.GatewayProcess;
import io.pinpipeline.gateway.http.Limits;
import io.pinpipeline.gateway.http.Reloaded;
import io.pinpipeline.gateway.http.SharedKafka;
import io.pinpipeline.gateway.http.TestGateway;
import io.pinpipeline.gateway.http.TestKafka;
import io.pinpipeline.gateway.wire.PostedRecord;
import io.pinpipeline.gateway.wire.RecordChecker;
import io.pinpipeline.gateway.wire.Rejection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The emulator before a gateway and a Kafka that are real. */
@Timeout(300)
@ExtendWith(SharedKafka.class)
class EmulateCommandTest {

  private static final int POSTS = 1000;

  @TempDir Path folder;
  private static GatewayProcess usual;
  private TestKafka kafka;
  private GatewayProcess gateway;
  private double before;

  @BeforeAll
  static void startOne(TestKafka kafka) throws Exception {
    usual = GatewayProcess.start(kafka, 0);
  }

  @AfterAll
  static void stopIt() {
    usual.close();
  }

  @BeforeEach
  void start(TestKafka shared) throws Exception {
    kafka = shared;
    gateway = usual;
    gateway.awaitReady(200);
    before = gateway.metric("gateway_records_total");
  }

  @AfterEach
  void stop() {
    if (gateway != usual) {
      gateway.close();
    }
  }

  /** Another gateway than the usual one, for this test, which can be killed. */
  private void startAnother(int port) throws Exception {
    gateway = GatewayProcess.start(kafka, port);
    before = 0;
  }

  /** One that is set up in another way. */
  private TestGateway another(
      int maxRecordBytes, int maxRecords, int recordsPerSecond, Optional<Reloaded<ApiKeys>> keys)
      throws Exception {
    Limits usual = TestGateway.LIMITS;
    return TestGateway.start(
            kafka.bootstrapServers(),
            new Limits(
                usual.maxBodyBytes(),
                maxRecords,
                maxRecordBytes,
                usual.maxHeaderBytes(),
                usual.maxConnections(),
                usual.maxBytesInFlight(),
                recordsPerSecond,
                usual.kafkaTimeout(),
                usual.clientTimeout(),
                usual.shutdownTimeout()),
            keys)
        .ready();
  }

  private record Outcome(int exitCode, String out, String err) {}

  private List<String> arguments(String... options) {
    return arguments(gateway.port, options);
  }

  private static List<String> arguments(int port, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "emulate",
                "--gateway=http://127.0.0.1:" + port,
                "--topicPrefix=" + TestKafka.PREFIX));
    arguments.addAll(List.of(options));
    return arguments;
  }

  private static Outcome run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private Outcome emulate(String... options) {
    return run(arguments(options));
  }

  /** What is in Kafka, and how often. */
  private Map<RecordKind, Map<String, Long>> arrived() {
    Map<RecordKind, Map<String, Long>> arrived = new EnumMap<>(RecordKind.class);
    for (RecordKind kind : RecordKind.values()) {
      arrived.put(kind, counts(kafka.values(TestKafka.PREFIX + "." + kind.dataset())));
    }
    return arrived;
  }

  private static Map<String, Long> counts(List<String> values) {
    return values.stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private static long total(Map<RecordKind, Map<String, Long>> records) {
    return records.values().stream()
        .flatMap(values -> values.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** The invented posts that JSON can tell of, and how often each is sent. */
  private static Map<RecordKind, Map<String, Long>> invented(long posts) throws Exception {
    Map<RecordKind, List<String>> all = new EnumMap<>(RecordKind.class);
    for (RecordKind kind : RecordKind.values()) {
      all.put(kind, new ArrayList<>());
    }
    PostGenerator generator = new PostGenerator(1, posts);
    Expected unused =
        generator.generate(
            0,
            generator.turns(),
            (kind, key, buffer, offset, length) ->
                all.get(kind).add(new String(buffer, offset, length, StandardCharsets.UTF_8)));
    JsonMapper strict =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    Map<RecordKind, Map<String, Long>> objects = new EnumMap<>(RecordKind.class);
    all.forEach(
        (kind, values) ->
            objects.put(
                kind,
                counts(
                    values.stream()
                        .filter(
                            value -> {
                              try {
                                return !value.contains("\ufffd")
                                    && strict.readTree(value).isObject();
                              } catch (JsonProcessingException e) {
                                return false;
                              }
                            })
                        .toList())));
    return objects;
  }

  private static Expected expected(long posts) throws Exception {
    PostGenerator generator = new PostGenerator(1, posts);
    return generator.generate(0, generator.turns(), (kind, key, buffer, offset, length) -> {});
  }

  /** That every one is there, at least as often as it was sent. */
  private static void requireAll(
      Map<RecordKind, Map<String, Long>> arrived, Map<RecordKind, Map<String, Long>> sent) {
    sent.forEach(
        (kind, values) ->
            values.forEach(
                (value, count) ->
                    assertThat(arrived.get(kind).getOrDefault(value, 0L))
                        .as(value)
                        .isGreaterThanOrEqualTo(count)));
  }

  @ParameterizedTest
  @CsvSource({
    "kafka,1,1,200",
    "kafka,64,1,1000",
    "kafka,3,20,1000",
    "kinesis,1,10,200",
    "kinesis,64,1,1000"
  })
  void everyPostArrivesAndIsWhatTheGeneratorSays(String form, int batch, int parallel, long posts)
      throws Exception {
    Outcome outcome =
        emulate("--posts=" + posts, "--form=" + form, "--batch=" + batch, "--parallel=" + parallel);
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    Map<RecordKind, Map<String, Long>> arrived = arrived();
    assertThat(arrived).isEqualTo(invented(posts));
    assertThat(outcome.out())
        .contains("acknowledged  %,d records (geo ".formatted(total(arrived)))
        .contains(" records/s, 0 retries")
        .containsPattern(
            "requests      [0-9,]+: [0-9,]+ requests/s; half took up to [0-9,.]+ ms, 99 % up to"
                + " [0-9,.]+ ms, all up to [0-9,.]+ ms\n");

    Expected expected = expected(posts);
    long leftOut = 0;
    for (RecordKind kind : RecordKind.values()) {
      List<PostedRecord> records =
          arrived.get(kind).entrySet().stream()
              .flatMap(
                  entry ->
                      Stream.generate(
                              () ->
                                  new PostedRecord(
                                      entry.getKey().getBytes(StandardCharsets.UTF_8), null, null))
                          .limit(entry.getValue()))
              .toList();
      leftOut += expected.of(kind).read() - records.size();
      Map<String, Long> found =
          new RecordChecker(Datasets.named(kind.dataset()))
              .check(records).rejections().stream()
                  .collect(
                      Collectors.groupingBy(Rejection::code, TreeMap::new, Collectors.counting()));
      Map<String, Long> told = new TreeMap<>(expected.of(kind).deadLetters());
      // told by comparing posts, and what cannot be posted
      for (String code : List.of("CONFLICTING_DUPLICATE", "NOT_AN_OBJECT", "MALFORMED_JSON")) {
        told.remove(code);
        found.remove(code);
      }
      assertThat(found).isEqualTo(told);
    }
    assertThat(leftOut).isPositive();
    assertThat(outcome.out()).contains("left out      %d invented records".formatted(leftOut));
  }

  private void awaitRecords(int records) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> gateway.metric("gateway_records_total") >= before + records);
  }

  @Test
  void nothingIsLostWhereTheGatewayIsKilledAndStartedAgain() throws Exception {
    startAnother(0);
    long begun = System.nanoTime();
    CompletableFuture<Outcome> run =
        CompletableFuture.supplyAsync(
            () -> emulate("--posts=" + POSTS, "--batch=20", "--rate=500"));
    awaitRecords(300);
    gateway.kill();
    startAnother(gateway.port);
    Outcome outcome = run.get(2, TimeUnit.MINUTES);
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    assertThat(outcome.out()).doesNotContain(", 0 retries");
    requireAll(arrived(), invented(POSTS));
    // the rate is never exceeded; that it is reached depends on the machine
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThan(Duration.ofMillis((POSTS - 20) * 1000 / 500));
  }

  @Test
  void nothingIsLostWhereItIsKilledAndRunAgain() throws Exception {
    Path state = folder.resolve("state.json");
    String[] options = {"--posts=" + POSTS, "--batch=10", "--parallel=4", "--resume=" + state};
    List<String> slow = arguments(options);
    slow.add("--rate=200");
    try (EmulatorProcess killed = EmulatorProcess.start(folder.resolve("out"), slow)) {
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(state));
      awaitRecords(300);
      killed.kill();
    }
    long before = total(arrived());
    assertThat(before).isBetween(300L, total(invented(POSTS)) - 1);

    Outcome outcome = emulate(options);
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    assertThat(outcome.out()).containsPattern("resumed  behind [1-9][0-9,]* of 1,000 posts");
    Map<RecordKind, Map<String, Long>> arrived = arrived();
    requireAll(arrived, invented(POSTS));
    // it went on, and did not begin anew
    assertThat(total(arrived)).isLessThan(total(invented(POSTS)) + before);

    Outcome again = emulate(options);
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("resumed  behind 1,000 of 1,000 posts", "acknowledged  0 ");
  }

  @Test
  void stoppedInOrderItSendsNothingTwice() throws Exception {
    Path state = folder.resolve("state.json");
    String[] options = {"--posts=" + POSTS, "--batch=10", "--form=kinesis", "--resume=" + state};
    List<String> slow = arguments(options);
    slow.add("--rate=200");
    try (EmulatorProcess stopped = EmulatorProcess.start(folder.resolve("out"), slow)) {
      awaitRecords(300);
      stopped.process.destroy(); // SIGTERM
      assertThat(stopped.await()).isEqualTo(128 + 15);
      assertThat(stopped.out())
          .contains("acknowledged  ", "pinpipeline: stopped after ", "Run the same command again")
          .endsWith(state + " says where.\n");
    }
    Outcome outcome = emulate(options);
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    assertThat(arrived()).isEqualTo(invented(POSTS));
  }

  @Test
  void tellsWhatTheGatewayRefuses() throws Exception {
    Outcome outcome;
    try (TestGateway small = another(500, 1000, 0, Optional.empty())) {
      outcome = run(arguments(small.port(), "--posts=" + POSTS, "--batch=50"));
    }
    assertThat(outcome.exitCode()).isEqualTo(1);
    Map<RecordKind, Map<String, Long>> all = invented(POSTS);
    long large =
        all.values().stream()
            .flatMap(values -> values.entrySet().stream())
            .filter(entry -> entry.getKey().getBytes(StandardCharsets.UTF_8).length > 500)
            .mapToLong(Map.Entry::getValue)
            .sum();
    assertThat(large).isPositive();
    assertThat(outcome.err())
        .contains("the gateway refused %,d records for good".formatted(large))
        .containsPattern("pin \\d+: 413 Record 0 has more than 500 bytes");
    all.values()
        .forEach(
            values ->
                values.keySet().removeIf(v -> v.getBytes(StandardCharsets.UTF_8).length > 500));
    assertThat(arrived()).isEqualTo(all);
  }

  @Test
  void waitsAsLongAsTheGatewayAsksItTo() throws Exception {
    Outcome outcome;
    try (TestGateway slow = another(100_000, 30, 30, Optional.empty())) {
      outcome = run(arguments(slow.port(), "--posts=30", "--batch=10"));
    }
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    assertThat(outcome.out()).doesNotContain(", 0 retries");
  }

  @Test
  void doesNotGiveUpSilently() throws Exception {
    String state = "--resume=" + folder.resolve("state");
    Outcome outcome;
    try (ServerSocket nothing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestGateway withoutKafka = TestGateway.start("127.0.0.1:" + nothing.getLocalPort())) {
      outcome = run(arguments(withoutKafka.port(), "--posts=10", "--giveUpAfter=2", state));
    }
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).contains("acknowledged  0 records in ");
    assertThat(outcome.err())
        .contains(
            "ended after 0 of 10 posts; 3 records were under way and not acknowledged",
            "has not taken a request in ",
            "503 Kafka",
            "Run the same command again");
    assertThat(emulate("--posts=10", state).exitCode()).isZero();
  }

  @Test
  void provesWhoItIs() throws Exception {
    Path keys =
        Files.writeString(
            folder.resolve("keys"),
            "phone "
                + HexFormat.of()
                    .formatHex(
                        MessageDigest.getInstance("SHA-256")
                            .digest("a-secret".getBytes(StandardCharsets.UTF_8)))
                + "\n");
    Reloaded<ApiKeys> known = Reloaded.read("The keys", List.of(keys), () -> ApiKeys.read(keys));
    try (TestGateway locked = another(100_000, 1000, 0, Optional.of(known))) {
      Outcome without = run(arguments(locked.port(), "--posts=10"));
      assertThat(without.exitCode()).isEqualTo(1);
      assertThat(without.err()).contains("does not take posts: 401 Send your API key");
      String key = "--apiKeyFile=" + Files.writeString(folder.resolve("key"), "a-secret\n");
      assertThat(run(arguments(locked.port(), "--posts=10", key)).exitCode()).isZero();
    }
  }

  @Test
  void tellsThatThereIsNoGateway() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Outcome outcome = run(arguments(port, "--posts=10"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("pinpipeline: No gateway answers at http://127.0.0.1:" + port)
        .contains("nothing listens there", "./pinpipeline gateway", "--gateway")
        .doesNotContain("Exception");
  }

  @Test
  void postsTheRowsOfADatabaseWhoseDriverIsGiven() throws Exception {
    String url = "jdbc:h2:" + folder.resolve("posts");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "CREATE TABLE pinterest_data (index INT PRIMARY KEY, title VARCHAR(20))",
              "CREATE TABLE geolocation_data (ind INT PRIMARY KEY, country VARCHAR(20))",
              "CREATE TABLE user_data (ind INT PRIMARY KEY, age INT)",
              "INSERT INTO pinterest_data SELECT x, 'Pin' || x FROM system_range(1, 200)",
              "INSERT INTO geolocation_data SELECT x, 'Chad' FROM system_range(1, 200)",
              "INSERT INTO user_data SELECT x, 31 FROM system_range(1, 200)")) {
        boolean unused = statement.execute(sql);
      }
    }
    Path driver =
        Path.of(org.h2.Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Map<RecordKind, Map<String, Long>> rows = new EnumMap<>(RecordKind.class);
    for (RecordKind kind : RecordKind.values()) {
      Map<String, Long> values = new HashMap<>();
      for (int key = 1; key <= 200; key++) {
        values.put(
            switch (kind) {
              case PIN -> "{\"index\":%d,\"title\":\"Pin%d\"}".formatted(key, key);
              case GEO -> "{\"ind\":%d,\"country\":\"Chad\"}".formatted(key);
              case USER -> "{\"ind\":%d,\"age\":31}".formatted(key);
            },
            1L);
      }
      rows.put(kind, values);
    }
    List<String> arguments =
        arguments("--source=" + url, "--order=sequential", "--batch=30", "--driver=" + driver);
    try (EmulatorProcess emulator = EmulatorProcess.start(folder.resolve("out"), arguments)) {
      assertThat(emulator.await()).as(emulator.out()).isZero();
    }
    assertThat(arrived()).isEqualTo(rows);

    Outcome random = emulate("--source=" + url, "--order=random", "--posts=50", "--form=kinesis");
    assertThat(random.exitCode()).as("%s", random).isZero();
    assertThat(random.out()).contains("acknowledged  150 records (geo 50, pin 50, user 50)");
    Map<RecordKind, Map<String, Long>> both = arrived();
    assertThat(total(both)).isEqualTo(600 + 150);
    both.forEach((kind, values) -> assertThat(values).containsOnlyKeys(rows.get(kind).keySet()));
  }
}
