package io.pinpipeline.core.clean;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CountsTest {

  private static final Pattern COUNT = Pattern.compile("([0-9]+)|([0-9]+(?:\\.[0-9]+)?)([kKmMbB])");

  @Property(tries = 10_000)
  void countsAreWhatBigDecimalSays(@ForAll("counts") String text) {
    assertThat(parse(text)).as(text).isEqualTo(oracle(text));
  }

  @Property(tries = 10_000)
  void textIsACountWhereBigDecimalSaysSo(@ForAll("countLike") String text) {
    assertThat(parse(text)).as(text).isEqualTo(oracle(text));
  }

  @Property
  void digitsAreTheirNumber(@ForAll int count) {
    assertThat(parse(Integer.toString(count))).isEqualTo(Math.max(count, Counts.NONE));
  }

  @Property
  void anyTextIsReadWithoutFault(@ForAll byte[] text) {
    assertThat(Counts.parse(text, 0, text.length)).isEqualTo(oracle(new String(text, ISO_8859_1)));
  }

  private static long parse(String text) {
    byte[] bytes = ("1" + text + "k").getBytes(UTF_8);
    return Counts.parse(bytes, 1, bytes.length - 1);
  }

  private static long oracle(String text) {
    Matcher count = COUNT.matcher(text);
    if (!count.matches()) {
      return Counts.NONE;
    }
    int zeros =
        count.group(3) == null
            ? 0
            : switch (Character.toLowerCase(count.group(3).charAt(0))) {
              case 'k' -> 3;
              case 'm' -> 6;
              default -> 9;
            };
    BigDecimal number = new BigDecimal(count.group(1) == null ? count.group(2) : count.group(1));
    try {
      return number.scaleByPowerOfTen(zeros).intValueExact();
    } catch (ArithmeticException e) {
      return Counts.NONE;
    }
  }

  @Provide
  Arbitrary<String> counts() {
    Arbitrary<String> digits =
        Arbitraries.oneOf(
            Arbitraries.of(
                "0",
                "1",
                "2",
                "2147483647",
                "2147483648",
                "999999999999999",
                "1000000000000000",
                "1000000000000001",
                "9223372036854775808"),
            Arbitraries.integers().between(0, 3000).map(String::valueOf),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(24));
    Arbitrary<String> fractions =
        Arbitraries.oneOf(
            Arbitraries.of("", "", ".0", ".5", ".25", ".147483647", ".147483648", ".0000000001"),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(24).map(d -> "." + d),
            Arbitraries.strings().numeric().ofMaxLength(9).map(d -> "." + d + "0000000000000"));
    return Combinators.combine(digits, fractions, Arbitraries.of("", "k", "K", "m", "M", "b", "B"))
        .as((whole, fraction, letter) -> whole + fraction + letter);
  }

  @Provide
  Arbitrary<String> countLike() {
    return Arbitraries.strings().withChars("0015.kMb+- e").ofMaxLength(6);
  }
}
