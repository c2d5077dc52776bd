package io.pinpipeline.core.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.pinpipeline.core.generate.PostWriter.Copy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which records are bad, and how. Every fault has exactly one code, whatever else a cleaner checks
 * first: a record has one fault and is otherwise good.
 */
final class Faults {

  /** One way to be bad. */
  record Fault(Code code, Defect defect) {}

  /** Appends a bad record. */
  @FunctionalInterface
  interface Defect {
    void write(PostWriter writer, RecordKind kind, long post);
  }

  private static final int POSITION = 40;
  private static final int OVERSIZED = 50;

  private final long seed;
  private final long posts;
  private final Dirt dirt;
  private final Map<RecordKind, List<Fault>> catalogue = new EnumMap<>(RecordKind.class);
  private final Fault oversized;

  Faults(long seed, long posts, Dirt dirt) {
    this.seed = seed;
    this.posts = posts;
    this.dirt = dirt;
    for (RecordKind kind : RecordKind.values()) {
      catalogue.put(kind, alternating(faultsOf(kind)));
    }
    oversized =
        new Fault(
            Code.TOO_LARGE,
            (writer, kind, post) -> writer.writeOversized(kind, post, dirt.oversizedBytes()));
  }

  /** A record's fault, or null where it is good. */
  @Nullable Fault of(RecordKind kind, long post) {
    if (isOversized(kind, post)) {
      return oversized;
    }
    if (dirt.oneBadIn() == 0) {
      return null;
    }
    // One in each window, so that the rate is exact and the whole catalogue is gone through.
    long window = post / dirt.oneBadIn();
    if (post % dirt.oneBadIn() != place(POSITION + kind.number(), window, dirt.oneBadIn())) {
      return null;
    }
    List<Fault> faults = catalogue.getOrDefault(kind, List.of());
    return faults.get((int) (window % faults.size()));
  }

  private boolean isOversized(RecordKind kind, long post) {
    int every = dirt.oneOversizedIn();
    if (every == 0) {
      return false;
    }
    long window = post / every;
    return (window + 1) * every <= posts
        && kind.number() == window % RecordKind.values().length
        && post % every == place(OVERSIZED, window, every);
  }

  private long place(int stream, long window, int size) {
    return Long.remainderUnsigned(Draws.hash(seed, stream, window), size);
  }

  /** One fault of each code, then the second of each, and so on. */
  private static List<Fault> alternating(List<Fault> faults) {
    Map<Code, List<Fault>> byCode = new EnumMap<>(Code.class);
    for (Fault fault : faults) {
      byCode.computeIfAbsent(fault.code(), code -> new ArrayList<>()).add(fault);
    }
    List<Fault> alternating = new ArrayList<>();
    for (int rank = 0; alternating.size() < faults.size(); rank++) {
      for (List<Fault> sameCode : byCode.values()) {
        if (rank < sameCode.size()) {
          alternating.add(sameCode.get(rank));
        }
      }
    }
    return List.copyOf(alternating);
  }

  private static List<Fault> faultsOf(RecordKind kind) {
    List<Fault> faults = new ArrayList<>();
    Field key = kind == RecordKind.PIN ? Field.INDEX : Field.IND;
    Field text =
        switch (kind) {
          case PIN -> Field.TITLE;
          case GEO -> Field.COUNTRY;
          case USER -> Field.FIRST_NAME;
        };
    malformed(faults, key, text);

    for (String value : List.of("[]", "[{\"ind\":1}]", "\"ind\"", "42", "-0.5", "null", "true")) {
      faults.add(whole(Code.NOT_AN_OBJECT, value));
    }
    for (String value :
        List.of(
            "{\"name\":\"Maya\",\"role\":\"engineer\"}",
            "{}",
            "{ }",
            "{\"heartbeat\":1,\"data\":{\"title\":\"x\",\"age\":3}}")) {
      faults.add(whole(Code.UNRECOGNISED_RECORD, value));
    }
    for (RecordKind other : RecordKind.values()) {
      if (other != kind) {
        faults.add(
            new Fault(
                Code.WRONG_DATASET,
                (writer, ignored, post) -> writer.write(other, post, Copy.SAME)));
      }
    }
    faults.add(field(Code.MISSING_KEY, key, ""));
    faults.add(field(Code.MISSING_KEY, key, "null"));
    for (String value : List.of("\"1234\"", "12.5", "[7]", "true", "{\"id\":7}")) {
      faults.add(field(Code.BAD_TYPE, key, value));
    }
    for (String value : List.of("17", "false", "[\"a\",\"b\"]", "{\"en\":\"a\"}", "[]")) {
      faults.add(field(Code.BAD_TYPE, text, value));
    }
    switch (kind) {
      case PIN -> pinFaults(faults);
      case GEO -> geoFaults(faults);
      case USER -> userFaults(faults);
    }
    return faults;
  }

  private static void malformed(List<Fault> faults, Field key, Field text) {
    faults.add(new Fault(Code.MALFORMED_JSON, (writer, kind, post) -> writer.writeCut(kind, post)));
    for (String ending :
        List.of(
            "",
            ",}",
            "}}",
            "]",
            "};",
            "} trailing",
            "}{}",
            ",\"extra\":tru}",
            ",\"extra\":[1,}",
            ",\"extra\"}",
            ",\"extra\":}",
            " \"extra\":1}",
            ",extra:1}",
            ",'extra':1}",
            ",\"%s\":5}".formatted(key.wireName()),
            ",\"extra\":1,\"extra\":1}")) {
      faults.add(
          new Fault(
              Code.MALFORMED_JSON,
              (writer, kind, post) -> writer.writeEnding(kind, post, bytes(ending))));
    }
    for (String value :
        List.of(
            "\"caf\u00E9\"", // Latin-1
            "\"\u00C0\u00AF\"", // overlong
            "\"\u00ED\u00A0\u00BD\u00ED\u00B8\u008D\"", // surrogates encoded one by one
            "\"\u00F5\u0080\u0080\u0080\"", // beyond Unicode
            "\"\u0080\"", // continuation without a start
            "\"\u00E2\u0082\"", // cut off
            "\"\\uD83D\"", // half an emoji
            "\"\\uDE0D x\"",
            "\"\\uD83D\\u0041\"",
            "\"\\u12G4\"",
            "\"\\x41\"",
            "\"one\ttwo\"", // control characters as they are
            "\"one\u0000two\"",
            "\"open",
            "'single'",
            "None",
            "NaN",
            "bare",
            "nul",
            "\"a\" \"b\"")) {
      faults.add(field(Code.MALFORMED_JSON, text, value));
    }
    for (String value : List.of("007", "+7", "7.", ".7", "7e", "0x7", "-", "1_000", "1,000")) {
      faults.add(field(Code.MALFORMED_JSON, key, value));
    }
  }

  private static void pinFaults(List<Fault> faults) {
    faults.add(
        new Fault(
            Code.BAD_TYPE,
            (writer, kind, post) -> {
              writer.out().put(bytes("{\"index\":"));
              writer.write(kind, post, Copy.SAME);
              writer.out().put('}');
            }));
    faults.add(field(Code.BAD_TYPE, Field.FOLLOWER_COUNT, "true"));
    faults.add(field(Code.BAD_TYPE, Field.FOLLOWER_COUNT, "[12]"));
    faults.add(field(Code.BAD_TYPE, Field.TAG_LIST, "[\"red\",\"blue\"]"));
    for (String value :
        List.of(
            "\"12q\"",
            "\"many\"",
            "\"-5\"",
            "\"1.2345k\"",
            "\"9999M\"",
            "\"k\"",
            "\"1.5\"",
            "\"1,200\"",
            "\"12 k\"",
            "\"0x10\"",
            "\"3B\"",
            "\"2147483648\"",
            "\"1.2.3k\"",
            "\"12kk\"",
            "\"User info error\"",
            "-3",
            "12.5",
            "3000000000")) {
      faults.add(field(Code.BAD_FOLLOWER_COUNT, Field.FOLLOWER_COUNT, value));
    }
  }

  private static void geoFaults(List<Fault> faults) {
    badTimestamps(faults, Field.TIMESTAMP);
    for (String value : List.of("\"12.5\"", "[1.5,2.5]", "true", "{\"degrees\":12}")) {
      faults.add(field(Code.BAD_TYPE, Field.LATITUDE, value));
    }
    for (String value : List.of("90.0001", "-91", "1234.5", "-1e3")) {
      faults.add(field(Code.BAD_COORDINATE, Field.LATITUDE, value));
    }
    for (String value : List.of("180.0001", "-999", "1e17")) {
      faults.add(field(Code.BAD_COORDINATE, Field.LONGITUDE, value));
    }
  }

  private static void userFaults(List<Fault> faults) {
    badTimestamps(faults, Field.DATE_JOINED);
    for (String value : List.of("\"25\"", "[25]", "false")) {
      faults.add(field(Code.BAD_TYPE, Field.AGE, value));
    }
    for (String value : List.of("-1", "151", "999", "2147483647")) {
      faults.add(field(Code.BAD_AGE, Field.AGE, value));
    }
  }

  private static void badTimestamps(List<Fault> faults, Field field) {
    faults.add(field(Code.BAD_TYPE, field, "1598586767"));
    for (String value :
        List.of(
            "yesterday",
            "2020-13-01T00:00:00",
            "2020-02-30 10:00:00",
            "2019-02-29T10:00:00",
            "2020-08-28",
            "28/08/2020 03:52:47",
            "2020-08-28T25:00:00",
            "2020-08-28 03:60:00",
            "2020-08-28T03:52:61",
            "1598586767",
            "2020-00-10 00:00:00",
            "2020-8-28 3:52:47",
            "2020-08-28T03:52:47+1",
            "2020-08-28T03:52:47.",
            "2020-08-28T03:52:47 UTC",
            "20200828T035247",
            "2020-08-28_03:52:47")) {
      faults.add(field(Code.BAD_TIMESTAMP, field, "\"" + value + "\""));
    }
  }

  private static Fault whole(Code code, String record) {
    byte[] bytes = bytes(record);
    return new Fault(code, (writer, kind, post) -> writer.out().put(bytes));
  }

  /** One field's value replaced by raw JSON text; left out where that is empty. */
  private static Fault field(Code code, Field field, String value) {
    byte[] bytes = bytes(value);
    return new Fault(code, (writer, kind, post) -> writer.writeDamaged(kind, post, field, bytes));
  }

  /** Characters up to U+00FF stand for the bytes themselves, so that bad UTF-8 can be spelled. */
  private static byte[] bytes(String raw) {
    return raw.getBytes(ISO_8859_1);
  }
}
