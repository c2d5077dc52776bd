package io.pinpipeline.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.RawRecords;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {

  private static final JsonFactory JACKSON = new JsonFactory();

  private final JsonScanner scanner = new JsonScanner();

  // ---- what is valid: as Jackson has it

  @Property(tries = 10_000)
  void piecesOfJsonAreValidWhereJacksonSaysSo(@ForAll("jsonLike") byte[] text) {
    assertAgrees(text);
  }

  @Property
  void damagedRecordsAreValidWhereJacksonSaysSo(
      @ForAll("records") byte[] text, @ForAll Random random) {
    assertAgrees(text);
    for (int i = 0; i < 5; i++) {
      assertAgrees(RawRecords.damage(text, random, 1 + i % 3));
    }
  }

  @Property(tries = 200)
  void everyCutOfATextIsValidWhereJacksonSaysSo(@ForAll("records") byte[] text) {
    for (int to = 0; to <= text.length; to++) {
      assertAgrees(Arrays.copyOf(text, to));
    }
  }

  @Provide
  Arbitrary<byte[]> jsonLike() {
    return RawRecords.jsonLike();
  }

  @Provide
  Arbitrary<byte[]> records() {
    return RawRecords.any();
  }

  private void assertAgrees(byte[] text) {
    // a record is one line: there is no line feed, though JSON has it as white space
    byte[] line = new String(text, ISO_8859_1).replace('\n', ' ').getBytes(ISO_8859_1);
    assertThat(isValid(line)).as(new String(line, ISO_8859_1)).isEqualTo(jacksonAccepts(line));
  }

  private boolean isValid(byte[] text) {
    // bytes around it that would complete what is cut off
    byte[] padded = new byte[text.length + 16];
    Arrays.fill(padded, (byte) '"');
    System.arraycopy(text, 0, padded, 8, text.length);
    scanner.reset(padded, 8, 8 + text.length);
    boolean valid = scanner.skip() && scanner.expectEnd();
    int faultAt = scanner.faultAt();
    String fault = scanner.fault();
    if (!valid) {
      assertThat(faultAt).isBetween(8, 8 + text.length);
      assertThat(fault).isNotBlank();
    }

    // the same where a line feed ends it
    padded[8 + text.length] = '\n';
    scanner.reset(padded, 8, padded.length);
    assertThat(scanner.skip() && scanner.expectEnd()).isEqualTo(valid);
    assertThat(scanner.position()).isLessThanOrEqualTo(8 + text.length);
    if (!valid) {
      assertThat(scanner.faultAt()).isEqualTo(faultAt);
      assertThat(scanner.fault()).isEqualTo(fault);
    }
    return valid;
  }

  /** Jackson reads bytes that are no UTF-8 and halves of surrogate pairs; we do not. */
  private static boolean jacksonAccepts(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      JsonParser parser = JACKSON.createParser(new StringReader(text));
      int depth = 0;
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if ((token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING)
            && !UTF_8.newEncoder().canEncode(parser.getText())) {
          return false;
        }
        if (token.isNumeric()) {
          parser.getText(); // reads it to its end
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        values += depth == 0 ? 1 : 0;
      }
      return values == 1 && depth == 0;
    } catch (CharacterCodingException | JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void objectsStandInEachOtherUpToALimit() {
    int most = JsonScanner.MAX_DEPTH;
    assertThat(isValid(("[".repeat(most) + "]".repeat(most)).getBytes(UTF_8))).isTrue();
    assertThat(isValid(("{\"a\":".repeat(most) + "0" + "}".repeat(most)).getBytes(UTF_8))).isTrue();
    assertThat(isValid(("[".repeat(most + 1) + "]".repeat(most + 1)).getBytes(UTF_8))).isFalse();
    assertThat(scanner.fault()).isEqualTo("objects and arrays stand in each other too deep");
    assertThat(isValid("[".repeat(1_000_000).getBytes(UTF_8))).isFalse();
  }

  @Test
  void aLineFeedIsNoWhiteSpace() {
    assertThat(isValid("[1,\n2]".getBytes(UTF_8))).isFalse();
    assertThat(isValid("[1,\r\t 2]".getBytes(UTF_8))).isTrue();
    assertThat(isValid("[1]\n]".getBytes(UTF_8))).isTrue();
    assertThat(scanner.position()).isEqualTo(8 + 3);
  }

  @Test
  void theFaultIsToldWithItsPlace() {
    assertFault("{\"a\":tru}", 5, "no JSON value begins like this");
    assertFault("{\"a\" 1}", 5, "a colon should stand here");
    assertFault("{\"a\":1", 6, "the text ends too early");
    assertFault("[1 2]", 3, "a comma or ] should stand here");
    assertFault("{\"a\":1 2}", 7, "a comma or } should stand here");
    assertFault("{a:1}", 1, "a string should begin");
    assertFault("\"a\tb\"", 2, "a control character stands in a string; escape it");
    assertFault("\"ab", 3, "a string is not closed");
    assertFault("\"ab\\", 4, "a string is not closed");
    assertFault("\"ab\\\"", 5, "a string is not closed");
    assertFault("\"\\x\"", 1, "there is no such escape");
    assertFault("\"\\u12g4\"", 1, "\\u is not followed by four hexadecimal digits");
    assertFault("\"\\ud800\"", 1, "half of a surrogate pair stands alone");
    assertFault("\"a\u00ff\"", 2, "the bytes are not UTF-8");
    assertFault("1.x", 2, "a digit should follow the decimal point");
    assertFault("1e", 2, "a digit should follow the exponent");
    assertFault("1 1", 2, "something follows the end of the record");
    assertFault("", 0, "the text ends too early");
    assertFault("-", 1, "the text ends too early");
  }

  private void assertFault(String text, int at, String fault) {
    scanner.reset(text.getBytes(ISO_8859_1), 0, text.length());
    assertThat(scanner.skip() && scanner.expectEnd()).as(text).isFalse();
    assertThat(scanner.fault()).as(text).isEqualTo(fault);
    assertThat(scanner.faultAt()).as(text).isEqualTo(at);
  }

  // ---- UTF-8: every sequence of the standard's table 3-7, and its neighbours

  @Test
  void bytesAreTextWhereJavaDecodesThem() {
    for (int first = 0x80; first <= 0xff; first++) {
      for (int second : new int[] {'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff}) {
        for (int third : new int[] {'a', 0x7f, 0x80, 0xbf, 0xc0}) {
          for (int fourth : new int[] {'a', 0x7f, 0x80, 0xbf, 0xc0}) {
            byte[] text = {
              '"', 'a', (byte) first, (byte) second, (byte) third, (byte) fourth, 'b', '"'
            };
            assertThat(isValid(text))
                .as(HexFormat.of().formatHex(text))
                .isEqualTo(jacksonAccepts(text));
          }
        }
      }
    }
  }

  @Test
  void everyCharacterReadsAsItself() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < ' ' || c == '"' || c == '\\' || (c >= 0xd800 && c <= 0xdfff)) {
        continue;
      }
      byte[] character = Character.toString(c).getBytes(UTF_8);
      byte[] text = new byte[character.length + 2];
      text[0] = '"';
      text[text.length - 1] = '"';
      System.arraycopy(character, 0, text, 1, character.length);
      scanner.reset(text, 0, text.length);
      assertThat(scanner.string() && scanner.expectEnd()).as("U+%04X", c).isTrue();
    }
  }

  @Property
  void stringsReadAsJacksonReadsThem(@ForAll String text, @ForAll boolean ascii)
      throws JsonProcessingException {
    String valid = new String(text.getBytes(UTF_8), UTF_8); // halves of pairs become question marks
    ObjectMapper mapper = new ObjectMapper();
    mapper.getFactory().configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), ascii);

    assertThat(string(mapper.writeValueAsString(valid))).isEqualTo(valid);
  }

  @Property
  void longStringsWithEscapesReadAsTheyWere(
      @ForAll @CharRange(from = 'a', to = 'c') String plain, @ForAll("escapes") String escape) {
    String text = (plain + escape).repeat(40);
    String decoded = string("\"" + text + "\"");
    assertThat(decoded).isEqualTo((plain + string("\"" + escape + "\"")).repeat(40));
  }

  @Provide
  Arbitrary<String> escapes() {
    return Arbitraries.of("\\n", "\\u0041", "\\u00e9", "\\u20ac", "\\ud83d\\ude0d", "\\\"", "\\/");
  }

  private String string(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    scanner.reset(bytes, 0, bytes.length);
    assertThat(scanner.string() && scanner.expectEnd()).isTrue();
    return new String(
        scanner.text(), scanner.textFrom(), scanner.textTo() - scanner.textFrom(), UTF_8);
  }

  // ---- names

  @Test
  void aNameIsGuessedOrLeft() {
    for (int length = 1; length <= 40; length++) {
      String name = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop".substring(0, length);
      byte[] wanted = ('"' + name + "\":").getBytes(UTF_8);
      byte[] text = ("{\"" + name + "\":1}").getBytes(UTF_8);
      for (int at = 1; at < wanted.length + 1; at++) {
        text[at]++;
        scanner.reset(text, 0, text.length);
        scanner.pass();
        assertThat(scanner.isNext(wanted)).isFalse();
        assertThat(scanner.position()).isEqualTo(1);
        text[at]--;
      }
      scanner.reset(text, 0, wanted.length); // its last character is no part of the text
      scanner.pass();
      assertThat(scanner.isNext(wanted)).isFalse();
      scanner.reset(text, 0, wanted.length + 1);
      scanner.pass();
      assertThat(scanner.isNext(wanted)).isTrue();
      assertThat(scanner.position()).isEqualTo(wanted.length + 1);
      assertThat(scanner.isNext(wanted)).isFalse();
    }
  }

  // ---- numbers

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        "01",
        "-01",
        "00",
        ".5",
        "1.",
        "-.5",
        "1.e5",
        "1e",
        "1e+",
        "1e-",
        "e5",
        "0x10",
        "NaN",
        "Infinity",
        "-Infinity",
        "1_000",
        "1,5",
        "--1",
        "1f",
        "1d",
        "1L"
      })
  void noNumbers(String text) {
    assertThat(isValid(text.getBytes(UTF_8))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "0.0,0",
    "-0.0e5,0",
    "0e999999999999,0",
    "7,7",
    "-7,-7",
    "5.0,5",
    "5e0,5",
    "5E+2,500",
    "500e-2,5",
    "1.25e2,125",
    "0.00000000000000000000005e23,5",
    "50000000000000000000000e-22,5",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "9223372036854775807.000,9223372036854775807",
    "922337203685477580.7e1,9223372036854775807",
    "9007199254740993.0,9007199254740993"
  })
  void wholeNumbers(String text, long value) {
    read(text);
    assertThat(scanner.numberIsLong()).isTrue();
    assertThat(scanner.numberAsLong()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.5",
        "5.5",
        "1e-1",
        "1e19",
        "9223372036854775808",
        "-9223372036854775809",
        "92233720368547758070",
        "1e999999999999",
        "1e-999999999999",
        "-1.5e0",
        "99999999999999999999999999",
        "922337203685477580.8e1",
        "1.00000000000000000000001"
      })
  void numbersThatAreNoLong(String text) {
    read(text);
    assertThat(scanner.numberIsLong()).isFalse();
  }

  @Test
  void anExponentThatUndoesALongFractionIsWhole() {
    read("0." + "0".repeat(200_000) + "5e200001");
    assertThat(scanner.numberIsLong()).isTrue();
    assertThat(scanner.numberAsLong()).isEqualTo(5);
  }

  @Property(tries = 10_000)
  void numbersAreWhatBigDecimalSays(@ForAll("numbers") String text) {
    read(text);
    assertThat(scanner.numberAsDouble()).isEqualTo(Double.parseDouble(text));
    BigDecimal exact = new BigDecimal(text);
    boolean isLong;
    try {
      isLong = exact.longValueExact() == exact.longValue();
    } catch (ArithmeticException e) {
      isLong = false;
    }
    assertThat(scanner.numberIsLong()).isEqualTo(isLong);
    if (isLong) {
      assertThat(scanner.numberAsLong()).isEqualTo(exact.longValueExact());
    }
    assertThat(scanner.numberAsDouble()).isEqualTo(Double.parseDouble(text));
  }

  @Property
  void doublesReadAsTheyWereWritten(@ForAll double value) {
    read(Double.toString(value));
    assertThat(scanner.numberAsDouble()).isEqualTo(value);
  }

  @Property
  void longsReadAsTheyWereWritten(@ForAll long value) {
    read(Long.toString(value));
    assertThat(scanner.numberIsLong()).isTrue();
    assertThat(scanner.numberAsLong()).isEqualTo(value);
  }

  @Provide
  Arbitrary<String> numbers() {
    Arbitrary<String> digits =
        Arbitraries.oneOf(
            Arbitraries.of(
                "0",
                "1",
                "9",
                "10",
                "9223372036854775807",
                "9223372036854775808",
                "922337203685477580",
                "9007199254740992",
                "9007199254740993",
                "123456789"),
            Arbitraries.strings()
                .numeric()
                .ofMinLength(1)
                .ofMaxLength(25)
                .map(text -> new BigInteger(text).toString()));
    Arbitrary<String> fraction =
        Arbitraries.oneOf(
            Arbitraries.of("", "", ".0", ".5", ".000", ".50"),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(25).map(text -> "." + text));
    Arbitrary<String> exponent =
        Arbitraries.oneOf(
            Arbitraries.of("", "", "e0", "E-0", "e+1"),
            Arbitraries.integers().between(-330, 330).map(power -> "e" + power));
    return Combinators.combine(Arbitraries.of("", "-"), digits, fraction, exponent)
        .as((sign, whole, part, power) -> sign + whole + part + power);
  }

  private void read(String number) {
    byte[] bytes = number.getBytes(UTF_8);
    scanner.reset(bytes, 0, bytes.length);
    assertThat(scanner.number() && scanner.expectEnd()).as(number).isTrue();
    assertThat(scanner.numberFrom()).isZero();
    assertThat(scanner.numberTo()).isEqualTo(bytes.length);
  }

  @ParameterizedTest
  @CsvSource({"{,an object", "[,an array", "t,a boolean", "f,a boolean", "n,null", "-,a number"})
  void kindsHaveNames(char first, String kind) {
    assertThat(JsonScanner.kindOf(first)).isEqualTo(kind);
    assertThat(JsonScanner.kindOf('"')).isEqualTo("a string");
  }
}
