package io.pinpipeline.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BodyReaderTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final BodyReader READER = new BodyReader(100, 10_000);

  /** JSON objects with white space between their tokens, in a form that few would choose. */
  private static Arbitrary<String> objects() {
    Arbitrary<String> spaces = Arbitraries.strings().withChars(" \t\r\n").ofMaxLength(2);
    Arbitrary<String> strings =
        Arbitraries.of(
                "a", "\"", "{", "}", "[", "]", ":", ",", "\\", "é", "😍", " ", "\u0001", "\n")
            .list()
            .ofMaxSize(6)
            .map(characters -> String.join("", characters))
            .map(BodyReaderTest::quoted);
    Arbitrary<String> scalars =
        Arbitraries.oneOf(
            strings, Arbitraries.of("0", "-0.0", "1e5", "1E+2", "1.50", "true", "false", "null"));
    Arbitrary<String> values =
        Arbitraries.lazyOf(
            () -> scalars,
            () -> scalars,
            () ->
                Combinators.combine(scalars, scalars, spaces)
                    .as((one, other, space) -> "[" + one + space + "," + space + other + "]"));
    return Combinators.combine(
            Combinators.combine(strings, spaces, values, spaces)
                .as((name, before, value, after) -> before + name + ":" + value + after)
                .list()
                .ofMaxSize(3),
            spaces)
        .as((fields, space) -> "{" + space + String.join(",", fields) + "}");
  }

  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Provide
  static Arbitrary<List<String>> values() {
    return objects().list().ofMinSize(1).ofMaxSize(4);
  }

  private static String kafkaBody(List<String> values) {
    return values.stream()
        .map("{ \"value\" :%s, \"key\":\"k\"}"::formatted)
        .collect(Collectors.joining(" ,", "{\n\"records\" : [", "]}\n"));
  }

  @Property(tries = 500)
  void cutsValuesOutAsTheyCame(@ForAll("values") List<String> values) {
    List<String> lines = values.stream().map(value -> value.replace('\n', ' ')).toList();
    assertThat(READER.read(WireForm.KAFKA_REST, "t", utf8(kafkaBody(values))))
        .extracting(record -> text(record.value()))
        .containsExactlyElementsOf(lines);

    String objects =
        values.stream()
            .map("{\"partition-key\":\"k\",\"data\":%s}"::formatted)
            .collect(Collectors.joining(","));
    assertThat(READER.read(WireForm.KINESIS_RECORDS, "t", utf8("{\"records\":[" + objects + "]}")))
        .extracting(record -> text(record.value()))
        .containsExactlyElementsOf(lines);

    String value = values.get(0);
    for (String data :
        List.of(value, quoted(value), quoted(Base64.getEncoder().encodeToString(utf8(value))))) {
      assertThat(READER.read(WireForm.KINESIS_RECORD, "t", utf8("{\"Data\":" + data + "}")))
          .extracting(record -> text(record.value()))
          .containsExactly(lines.get(0));
    }
  }

  @Property(tries = 100)
  void refusesABodyThatIsCutOff(@ForAll("values") List<String> values) {
    byte[] body = utf8(kafkaBody(values).stripTrailing());
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> READER.read(WireForm.KAFKA_REST, "t", cut))
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    }
  }

  /** Whatever comes, it is refused, or what is taken of it is JSON objects, a line each. */
  @Property(tries = 5000)
  void takesJsonObjectsOnly(
      @ForAll("values") List<String> values,
      @ForAll WireForm form,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 1 << 30) Integer> places,
      @ForAll @Size(4) byte[] junk)
      throws IOException {
    byte[] body =
        utf8(
            form == WireForm.KINESIS_RECORD
                ? "{\"Data\":" + values.get(0) + "}"
                : kafkaBody(values));
    for (int i = 0; i < places.size(); i++) {
      body[places.get(i) % body.length] = junk[i];
    }
    List<PostedRecord> records;
    try {
      records = READER.read(form, "t", body);
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isEqualTo(400);
      return;
    }
    for (PostedRecord record : records) {
      assertThat(JSON.readTree(record.value()).isObject()).isTrue();
      assertThat(text(record.value())).doesNotContain("\n");
    }
  }

  @Test
  void goesOnlySoDeep() {
    String deep = "[".repeat(BodyReader.MAX_DEPTH) + "]".repeat(BodyReader.MAX_DEPTH);
    assertThatThrownBy(
            () ->
                READER.read(
                    WireForm.KAFKA_REST, "t", utf8(kafkaBody(List.of("{\"a\":" + deep + "}")))))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    String lessDeep = "[".repeat(500) + "]".repeat(500);
    assertThat(
            READER.read(
                WireForm.KAFKA_REST, "t", utf8(kafkaBody(List.of("{\"a\":" + lessDeep + "}")))))
        .hasSize(1);
  }
}
