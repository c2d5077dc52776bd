package io.pinpipeline.core.clean;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoField.NANO_OF_SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimestampsTest {

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  /** The same rules, as java.time has them. */
  private static final DateTimeFormatter ORACLE =
      new DateTimeFormatterBuilder()
          .appendValue(ChronoField.YEAR, 4)
          .appendPattern("-MM-dd['T'][' ']HH:mm:ss")
          .optionalStart()
          .appendFraction(NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  @Property(tries = 10_000)
  void timestampsAreWhatJavaTimeSays(@ForAll("timestamps") String text) {
    assertThat(parse(text)).as(text).isEqualTo(oracle(text)).isNotEqualTo(Timestamps.NONE);
  }

  @Property(tries = 20_000)
  void damagedTimestampsAreWhatJavaTimeSays(
      @ForAll("timestamps") String text, @ForAll Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0 && damaged.length() > 0; i--) {
      int at = random.nextInt(damaged.length());
      char with = "0123456789-:.TZ +".charAt(random.nextInt(17));
      switch (random.nextInt(4)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.insert(at, with);
        default -> damaged.setCharAt(at, with);
      }
    }
    assertThat(parse(damaged.toString()))
        .as(damaged.toString())
        .isEqualTo(oracle(damaged.toString()));
  }

  @Property
  void anyTextIsReadWithoutFault(@ForAll byte[] text) {
    assertThat(Timestamps.parse(text, 0, text.length)).isEqualTo(Timestamps.NONE);
  }

  @Test
  void everyDayOfFourHundredYears() {
    LocalDateTime day = LocalDateTime.of(1799, 12, 31, 0, 0);
    for (int i = 0; i < 146_098; i++) {
      assertThat(parse(day + ":00")).isEqualTo(day.toEpochSecond(ZoneOffset.UTC) * 1_000_000);
      day = day.plusDays(1);
    }
  }

  @Test
  void noneIsNoMoment() {
    assertThat(parse("0001-01-01T00:00:00"))
        .isEqualTo(micros(FIRST))
        .isGreaterThan(Timestamps.NONE);
    assertThat(parse("9999-12-31T23:59:59.999999999")).isEqualTo(micros(LAST));
  }

  private static long parse(String text) {
    byte[] bytes = ("x" + text + "0").getBytes(UTF_8);
    return Timestamps.parse(bytes, 1, bytes.length - 1);
  }

  private static long oracle(String text) {
    try {
      if (!text.matches("(?s).{10}[T ][0-9].*")) {
        return Timestamps.NONE;
      }
      TemporalAccessor parsed = ORACLE.parse(text);
      ZoneOffset zone = parsed.query(TemporalQueries.offset());
      Instant moment =
          LocalDateTime.from(parsed)
              .toInstant(zone == null ? ZoneOffset.UTC : zone)
              .truncatedTo(ChronoUnit.MICROS);
      boolean year = parsed.get(ChronoField.YEAR) > 0;
      return !year || moment.isBefore(FIRST) || moment.isAfter(LAST)
          ? Timestamps.NONE
          : micros(moment);
    } catch (DateTimeException e) {
      return Timestamps.NONE;
    }
  }

  private static long micros(Instant moment) {
    return moment.getEpochSecond() * 1_000_000 + moment.getNano() / 1000;
  }

  @Provide
  Arbitrary<String> timestamps() {
    Arbitrary<LocalDateTime> moments =
        Combinators.combine(
                Arbitraries.integers().between(2, 9998),
                Arbitraries.longs().between(0, 365L * 86_400 - 1))
            .as((year, second) -> LocalDateTime.of(year, 1, 1, 0, 0).plusSeconds(second));
    Arbitrary<String> fractions =
        Arbitraries.oneOf(
            Arbitraries.just(""),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(9).map(d -> "." + d));
    Arbitrary<String> zones =
        Arbitraries.oneOf(
            Arbitraries.of("", "Z", "-00:00", "+18:00", "-18:00"),
            Arbitraries.integers()
                .between(-18 * 60, 18 * 60)
                .map(
                    minutes ->
                        String.format(
                            "%s%02d:%02d",
                            minutes < 0 ? "-" : "+",
                            Math.abs(minutes) / 60,
                            Math.abs(minutes) % 60)));
    return Combinators.combine(moments, Arbitraries.of('T', ' '), fractions, zones)
        .as(
            (moment, separator, fraction, zone) ->
                DateTimeFormatter.ofPattern("uuuu-MM-dd").format(moment)
                    + separator
                    + DateTimeFormatter.ofPattern("HH:mm:ss").format(moment)
                    + fraction
                    + zone);
  }
}
