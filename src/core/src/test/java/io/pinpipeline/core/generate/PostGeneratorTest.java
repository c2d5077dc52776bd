package io.pinpipeline.core.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinpipeline.core.generate.GeneratedRecords.Sent;
import java.io.IOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PostGeneratorTest {

  private static final long SEED = 42;

  private static final Map<RecordKind, List<String>> FIELDS =
      Map.of(
          RecordKind.PIN,
          List.of(
              "index",
              "unique_id",
              "title",
              "description",
              "poster_name",
              "follower_count",
              "tag_list",
              "is_image_or_video",
              "image_src",
              "downloaded",
              "save_location",
              "category"),
          RecordKind.GEO,
          List.of("ind", "timestamp", "latitude", "longitude", "country"),
          RecordKind.USER,
          List.of("ind", "first_name", "last_name", "age", "date_joined"));
  private static final Set<String> INTEGERS = Set.of("index", "ind", "downloaded", "age");
  private static final Set<String> DECIMALS = Set.of("latitude", "longitude");

  private final StrictJson json = new StrictJson();

  @Test
  void givesTheSameBytesForTheSameSeedOnEveryMachine() throws Exception {
    assertThat(hash(new PostGenerator(SEED, 1000)))
        .isEqualTo("243b4f04ed381e2356d8411be3311690c07fb1b458ff184225753056a2cf335b");
  }

  @Test
  void givesOtherPostsForAnotherSeed() throws Exception {
    assertThat(hash(new PostGenerator(1, 10))).isNotEqualTo(hash(new PostGenerator(2, 10)));
  }

  @Test
  void makesAnyTurnByItself() throws IOException {
    PostGenerator generator = new PostGenerator(SEED, 3000, Dirt.usual().withOneBadIn(5));
    GeneratedRecords streamed = new GeneratedRecords();
    GeneratedRecords single = new GeneratedRecords();

    Expected expected = generator.generate(0, generator.turns(), streamed::add);
    Expected sum = Expected.nothing();
    for (long turn = 0; turn < generator.turns(); turn++) {
      sum = sum.plus(generator.generate(turn, turn + 1, single::add));
    }

    assertThat(single.all()).isEqualTo(streamed.all());
    assertThat(sum).isEqualTo(expected);
  }

  @Test
  void sendsTheSamePostInAStreamOfAnyLength() throws IOException {
    Dirt once = Dirt.none();
    List<Sent> few = GeneratedRecords.of(new PostGenerator(SEED, 100, once)).all();
    List<Sent> many = GeneratedRecords.of(new PostGenerator(SEED, 1000, once)).all();

    assertThat(many).startsWith(few.toArray(new Sent[0]));
  }

  @Test
  void givesEveryPostAKeyOfItsOwnInNoVisibleOrder() {
    PostGenerator generator = new PostGenerator(SEED, 100_000);
    Set<Integer> keys = new HashSet<>();
    int ascents = 0;
    for (int post = 0; post < 100_000; post++) {
      keys.add(generator.key(post));
      if (generator.key(post + 1) > generator.key(post)) {
        ascents++;
      }
    }
    assertThat(keys).hasSize(100_000).allMatch(key -> key >= 0);
    assertThat(ascents).isBetween(45_000, 55_000);
  }

  @Test
  void sendsAboutAsManyRepeatsAndBadRecordsAsAskedFor() throws IOException {
    int posts = 100_000;
    PostGenerator generator = new PostGenerator(SEED, posts);
    Map<RecordKind, Integer> sent = new HashMap<>();

    Expected expected =
        generator.generate(
            0,
            generator.turns(),
            (kind, key, bytes, offset, length) -> sent.merge(kind, 1, Integer::sum));

    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      assertThat(tally.read()).isEqualTo((long) sent.get(kind));
      assertThat((tally.read() - posts) / (double) posts).isCloseTo(0.10, within(0.005));
      // A bad record in a thousand; the oversized one may come on top, or take its place.
      assertThat(posts - tally.clean()).isBetween(100L, 101L);
      assertThat(tally.deadLetters().get("CONFLICTING_DUPLICATE") * 3 / (double) posts)
          .isCloseTo(0.0005, within(0.0003));
    }
  }

  @Test
  void sendsEveryKindOfBadRecordInAHundredThousandPosts() throws IOException {
    PostGenerator generator = new PostGenerator(SEED, 100_000);
    Set<String> codes = new TreeSet<>();

    Expected expected =
        generator.generate(0, generator.turns(), (kind, key, bytes, offset, length) -> {});
    expected.tallies().values().forEach(tally -> codes.addAll(tally.deadLetters().keySet()));

    assertThat(codes)
        .containsExactlyInAnyOrder(
            "MALFORMED_JSON",
            "NOT_AN_OBJECT",
            "UNRECOGNISED_RECORD",
            "WRONG_DATASET",
            "MISSING_KEY",
            "BAD_TYPE",
            "BAD_FOLLOWER_COUNT",
            "BAD_TIMESTAMP",
            "BAD_COORDINATE",
            "BAD_AGE",
            "TOO_LARGE",
            "CONFLICTING_DUPLICATE");
  }

  @ParameterizedTest
  @EnumSource
  void writesGoodRecordsAsObjectsWithTheFieldsOfTheDataset(RecordKind kind) throws IOException {
    List<String> fields = FIELDS.get(kind);
    for (Sent sent : GeneratedRecords.of(new PostGenerator(SEED, 20_000, Dirt.none())).of(kind)) {
      JsonNode record = json.parse(sent.bytes()).orElseThrow();
      List<String> known = new ArrayList<>();
      record
          .fields()
          .forEachRemaining(
              field -> {
                if (fields.contains(field.getKey())) {
                  known.add(field.getKey());
                  assertWireType(field.getKey(), field.getValue());
                }
              });
      assertThat(record.get(fields.get(0)).intValue()).isEqualTo(sent.key());
      assertThat(fields).containsSubsequence(known).hasSizeBetween(known.size(), known.size() + 1);
    }
  }

  @Test
  void writesInTheFormsOfTheWire() throws IOException {
    GeneratedRecords sent = GeneratedRecords.of(new PostGenerator(SEED, 20_000, Dirt.none()));
    List<String> pins = texts(sent.of(RecordKind.PIN));
    List<String> geos = texts(sent.of(RecordKind.GEO));

    assertThat(share(pins, ".*\", \"category\": .*")).isCloseTo(0.12, within(0.02));
    assertThat(share(pins, ".*\\\\u[0-9a-f]{4}.*")).isCloseTo(0.10, within(0.03));
    assertThat(share(pins, ".*\\\\uD83[C-E]\\\\uD.*")).isBetween(0.0005, 0.005);
    assertThat(share(pins, ".*[\\x{10000}-\\x{10FFFF}].*")).isCloseTo(0.018, within(0.008));
    assertThat(share(pins, ".*\"follower_count\": ?\"User Info Error\".*"))
        .isCloseTo(0.015, within(0.004));
    assertThat(share(pins, ".*\"N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e\".*"))
        .isCloseTo(0.028, within(0.005));
    assertThat(share(pins, ".*\"follower_count\": ?\"\\d+k\".*")).isCloseTo(0.68, within(0.05));
    assertThat(share(pins, ".*\"follower_count\": ?\\d+,.*")).isBetween(0.002, 0.01);
    assertThat(share(pins, ".*\"schema_version\".*|.*\"client\".*|.*\"device\".*"))
        .isBetween(0.001, 0.004);
    assertThat(share(geos, ".*\\d\\d-\\d\\dT\\d\\d.*")).isCloseTo(0.5, within(0.03));
    assertThat(share(geos, ".*\\d\\d-\\d\\d \\d\\d.*")).isCloseTo(0.5, within(0.03));
    assertThat(share(geos, ".*\\d:\\d\\d\\.\\d+.*")).isBetween(0.005, 0.015);
    assertThat(share(geos, ".*:\\d\\d(Z|[+-]\\d\\d:\\d\\d)\".*")).isBetween(0.005, 0.015);
    assertThat(share(geos, ".*null.*")).isBetween(0.002, 0.02);
  }

  @Test
  void repeatsMostlyTheSameBytesAtOnceOrLongAfter() throws IOException {
    Dirt dirt = Dirt.none().withRepeated(0.5, 0);
    Map<Integer, Integer> firstSent = new HashMap<>();
    Map<Integer, String> first = new HashMap<>();
    int near = 0;
    int far = 0;
    int otherBytes = 0;
    int arrival = 0;
    for (Sent pin : GeneratedRecords.of(new PostGenerator(SEED, 20_000, dirt)).of(RecordKind.PIN)) {
      Integer before = firstSent.putIfAbsent(pin.key(), arrival);
      String original = first.putIfAbsent(pin.key(), pin.raw());
      if (before != null) {
        near += arrival - before <= 1 ? 1 : 0;
        far += arrival - before > 1000 ? 1 : 0;
        otherBytes += pin.raw().equals(original) ? 0 : 1;
      }
      arrival++;
    }
    assertThat(arrival - 20_000).isBetween(9_500, 10_500);
    assertThat(near).isBetween(3_000, 4_500);
    assertThat(far).isGreaterThan(4_500);
    assertThat(otherBytes).isBetween(400, 900);
  }

  @Test
  void countsACopyAsADuplicateExactlyWhenItsContentIsThatOfTheFirst() throws IOException {
    PostGenerator generator = new PostGenerator(SEED, 20_000, Dirt.none().withRepeated(0.5, 0.1));
    Map<RecordKind, Map<Integer, Map<String, Object>>> first = new HashMap<>();
    Map<RecordKind, Integer> duplicates = new HashMap<>();
    Map<RecordKind, Integer> conflicts = new HashMap<>();

    GeneratedRecords sent = new GeneratedRecords();
    Expected expected = generator.generate(0, generator.turns(), sent::add);
    for (Sent record : sent.all()) {
      Map<String, Object> content = content(json.parse(record.bytes()).orElseThrow());
      Map<String, Object> original =
          first
              .computeIfAbsent(record.kind(), kind -> new HashMap<>())
              .putIfAbsent(record.key(), content);
      if (original != null) {
        (original.equals(content) ? duplicates : conflicts).merge(record.kind(), 1, Integer::sum);
      }
    }

    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      assertThat(tally.clean()).isEqualTo(20_000);
      assertThat(tally.duplicates()).isEqualTo((long) duplicates.get(kind));
      assertThat(tally.deadLetters())
          .isEqualTo(Map.of("CONFLICTING_DUPLICATE", (long) conflicts.get(kind)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void damagesRecordsAsItSays(RecordKind kind) throws IOException {
    PostGenerator generator = new PostGenerator(SEED, 10_000, Dirt.none().withOneBadIn(1));
    GeneratedRecords sent = new GeneratedRecords();
    Map<String, Long> codes =
        generator.generate(0, generator.turns(), sent::add).of(kind).deadLetters();

    long malformed = 0;
    long notAnObject = 0;
    long keyless = 0;
    for (Sent record : sent.of(kind)) {
      assertThat(record.raw()).isNotEmpty().doesNotContain("\n", "\r");
      JsonNode node = json.parse(record.bytes()).orElse(null);
      if (node == null) {
        malformed++;
      } else if (!node.isObject()) {
        notAnObject++;
      } else if (!node.hasNonNull(FIELDS.get(kind).get(0))) {
        keyless++;
      }
    }

    assertThat(codes.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);
    assertThat(codes.get("MALFORMED_JSON")).isEqualTo(malformed);
    assertThat(codes.get("NOT_AN_OBJECT")).isEqualTo(notAnObject);
    // Geo and user name their key alike, so only a pin among them lacks it.
    long foreign = codes.get("WRONG_DATASET") / (kind == RecordKind.PIN ? 1 : 2);
    assertThat(codes.get("MISSING_KEY") + codes.get("UNRECOGNISED_RECORD") + foreign)
        .isCloseTo(keyless, within(1L));
  }

  @Test
  void makesOversizedRecordsOfTheLengthAskedFor() throws IOException {
    Dirt dirt = Dirt.none().withOneOversizedIn(10, 5000);
    GeneratedRecords sent = GeneratedRecords.of(new PostGenerator(SEED, 95, dirt));

    List<Sent> oversized = sent.all().stream().filter(r -> r.raw().length() >= 4096).toList();

    assertThat(oversized).hasSize(9).allMatch(record -> record.raw().length() == 5000);
    assertThat(oversized).allMatch(record -> json.parse(record.bytes()).isPresent());
    assertThat(oversized.stream().map(Sent::kind)).contains(RecordKind.values());
  }

  @Test
  void makesNothingOfNoPosts() throws IOException {
    PostGenerator generator = new PostGenerator(SEED, 0);
    assertThat(generator.generate(0, generator.turns(), (kind, key, bytes, offset, length) -> {}))
        .isEqualTo(Expected.nothing());
  }

  @Test
  void refusesMorePostsThanThereAreKeys() {
    assertThatThrownBy(() -> new PostGenerator(SEED, PostGenerator.MAX_POSTS + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give 0 to 2147483648");
  }

  private static void assertWireType(String field, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    if (INTEGERS.contains(field)) {
      assertThat(value.isInt()).as(field).isTrue();
    } else if (DECIMALS.contains(field)) {
      assertThat(value.isDouble()).as(field).isTrue();
    } else if (!field.equals("follower_count") || !value.isInt()) {
      assertThat(value.isTextual()).as(field).isTrue();
    }
  }

  /** What a record says, whatever its form. */
  private static Map<String, Object> content(JsonNode record) {
    Map<String, Object> content = new TreeMap<>();
    record
        .fields()
        .forEachRemaining(
            field -> {
              String text = field.getValue().asText();
              if (!field.getValue().isNull() && !text.isBlank()) {
                content.put(
                    field.getKey(),
                    switch (field.getKey()) {
                      case "timestamp", "date_joined" -> instant(text);
                      case "follower_count" -> count(text);
                      default -> field.getValue();
                    });
              }
            });
    return content;
  }

  private static Object instant(String text) {
    String iso = text.replace(' ', 'T');
    return OffsetDateTime.parse(iso.matches(".*(Z|[+-]\\d\\d:\\d\\d)") ? iso : iso + "Z")
        .toInstant();
  }

  private static Object count(String text) {
    int scale =
        "kMB".indexOf(text.substring(text.length() - 1).replace('K', 'k').replace('m', 'M'));
    if (text.equals("User Info Error")) {
      return text;
    }
    return scale < 0
        ? Long.parseLong(text)
        : new BigDecimal(text.substring(0, text.length() - 1))
            .scaleByPowerOfTen(3 * (scale + 1))
            .longValueExact();
  }

  private static List<String> texts(List<Sent> records) {
    return records.stream().map(record -> new String(record.bytes(), UTF_8)).toList();
  }

  private static double share(List<String> texts, String pattern) {
    return texts.stream().filter(text -> text.matches(pattern)).count() / (double) texts.size();
  }

  private static String hash(PostGenerator generator) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Sent sent : GeneratedRecords.of(generator).all()) {
      digest.update((sent.kind().dataset() + " " + sent.key() + " ").getBytes(ISO_8859_1));
      digest.update(sent.bytes());
      digest.update((byte) '\n');
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
