package io.pinpipeline.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.gateway.http.GatewayProcess;
import io.pinpipeline.gateway.http.TestKafka;
import io.pinpipeline.gateway.wire.PostedRecord;
import io.pinpipeline.gateway.wire.RecordChecker;
import io.pinpipeline.gateway.wire.Rejection;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The emulator before a gateway and a Kafka that are real. */
@Timeout(300)
class EmulateCommandTest {

  private static final int POSTS = 2000;

  @TempDir Path folder;
  private TestKafka kafka;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    kafka = new TestKafka(folder.resolve("kafka"));
    gateway = GatewayProcess.start(kafka, 0);
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    kafka.close();
  }

  private record Outcome(int exitCode, String out, String err) {}

  private List<String> arguments(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "emulate",
                "--gateway=http://127.0.0.1:" + gateway.port,
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
  @CsvSource({"kafka,1,200", "kafka,64,2000", "kinesis,1,200", "kinesis,64,2000"})
  void everyPostArrivesAndIsWhatTheGeneratorSays(String form, int batch, long posts)
      throws Exception {
    Outcome outcome = emulate("--posts=" + posts, "--form=" + form, "--batch=" + batch);
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    Map<RecordKind, Map<String, Long>> arrived = arrived();
    assertThat(arrived).isEqualTo(invented(posts));
    assertThat(outcome.out())
        .contains("acknowledged  %,d records (geo ".formatted(total(arrived)))
        .contains(" records/s, 0 retries");

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
        .until(() -> gateway.metric("gateway_records_total") >= records);
  }

  @Test
  void nothingIsLostWhereTheGatewayIsKilledAndStartedAgain() throws Exception {
    long begun = System.nanoTime();
    CompletableFuture<Outcome> run =
        CompletableFuture.supplyAsync(
            () -> emulate("--posts=" + POSTS, "--batch=20", "--rate=500"));
    awaitRecords(300);
    gateway.kill();
    gateway = GatewayProcess.start(kafka, gateway.port);
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
    String[] options = {"--posts=" + POSTS, "--batch=10", "--resume=" + state};
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
    assertThat(outcome.out()).containsPattern("resumed  behind [1-9][0-9,]* of 2,000 posts");
    Map<RecordKind, Map<String, Long>> arrived = arrived();
    requireAll(arrived, invented(POSTS));
    // it went on, and did not begin anew
    assertThat(total(arrived)).isLessThan(total(invented(POSTS)) + before);

    Outcome again = emulate(options);
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("resumed  behind 2,000 of 2,000 posts", "acknowledged  0 ");
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
    gateway.close();
    gateway = GatewayProcess.start(kafka, 0, "--maxRecordBytes=500");
    Outcome outcome = emulate("--posts=" + POSTS, "--batch=50");
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
    gateway.close();
    gateway = GatewayProcess.start(kafka, 0, "--rateLimit=30", "--maxRecords=30");
    Outcome outcome = emulate("--posts=30", "--batch=10");
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    assertThat(outcome.out()).doesNotContain(", 0 retries");
  }

  @Test
  void doesNotGiveUpSilently() throws Exception {
    kafka.stop();
    gateway.awaitReady(503);
    Outcome outcome = emulate("--posts=10", "--giveUpAfter=2", "--resume=" + folder.resolve("s"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).contains("acknowledged  0 records in ");
    assertThat(outcome.err())
        .contains(
            "ended after 0 of 10 posts; 3 records were under way and not acknowledged",
            "has not taken a request in ",
            "503 Kafka",
            "Run the same command again");
    kafka.startAgain();
    gateway.awaitReady(200);
    assertThat(emulate("--posts=10", "--resume=" + folder.resolve("s")).exitCode()).isZero();
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
    gateway.close();
    gateway = GatewayProcess.start(kafka, 0, "--apiKeys=" + keys);
    Outcome without = emulate("--posts=10");
    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.err()).contains("does not take posts: 401 Send your API key");
    Path key = Files.writeString(folder.resolve("key"), "a-secret\n");
    assertThat(emulate("--posts=10", "--apiKeyFile=" + key).exitCode()).isZero();
  }

  @Test
  void tellsThatThereIsNoGateway() {
    gateway.close();
    Outcome outcome = emulate("--posts=10");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("pinpipeline: No gateway answers at http://127.0.0.1:" + gateway.port)
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
