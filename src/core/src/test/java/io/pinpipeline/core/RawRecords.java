package io.pinpipeline.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Raw records for properties: good ones, bad ones, damaged ones and bytes that never were any. */
public final class RawRecords {

  private static final List<String> TEXTS =
      List.of(
          "\"\"",
          "\" \"",
          "\"Clay\"",
          "\" a long text with \\\"quotes\\\" and \\\\ in it, more than sixteen bytes \"",
          "\"Z\u00f6e \ud83d\ude0d\"",
          "\"\\ud83d\\ude0d \\u00e9\\n\"",
          "\"\\u3000\"",
          "\"Untitled\"",
          "\"User Info Error\"",
          "\"Local save in Local save in /data/art\"",
          "null");
  private static final List<String> COUNTS =
      List.of("\"12k\"", "\"1.5M\"", "\"0\"", "15", "2147483647", "\"User Info Error\"", "null");
  private static final List<String> MOMENTS =
      List.of(
          "\"2020-08-28T03:52:47\"",
          "\"2020-02-29 23:59:59.999999\"",
          "\"1969-12-31T23:59:59.5+01:00\"",
          "\"0001-01-01T00:00:00Z\"",
          "\" \"",
          "null");
  private static final List<String> DEGREES =
      List.of("0", "-0.0", "12.345678901234567", "-90", "90.0", "1e-7", "null");
  private static final List<String> AGES = List.of("0", "31", "150", "31.0", "null");
  private static final List<String> KEYS =
      List.of("0", "25", "-9223372036854775808", "9223372036854775807", "1.2e3");
  private static final List<String> BAD_VALUES =
      List.of("true", "[1,{\"a\":[]}]", "{}", "\"x\"", "1e999", "-1", "151", "\"\\ud83d\"", "");

  private RawRecords() {}

  /** Records of a dataset that become rows. */
  public static Arbitrary<String> clean(Dataset<?> dataset) {
    return switch (dataset.name()) {
      case "pin" ->
          object(
              field("index", KEYS),
              List.of(
                  field("unique_id", TEXTS),
                  field("title", TEXTS),
                  field("description", TEXTS),
                  field("poster_name", TEXTS),
                  field("follower_count", COUNTS),
                  field("tag_list", TEXTS),
                  field("is_image_or_video", TEXTS),
                  field("image_src", TEXTS),
                  field("downloaded", AGES),
                  field("save_location", TEXTS),
                  field("category", TEXTS)));
      case "geo" ->
          object(
              field("ind", KEYS),
              List.of(
                  field("timestamp", MOMENTS),
                  field("latitude", DEGREES),
                  field("longitude", DEGREES),
                  field("country", TEXTS)));
      case "user" ->
          object(
              field("ind", KEYS),
              List.of(
                  field("first_name", TEXTS),
                  field("last_name", TEXTS),
                  field("age", AGES),
                  field("date_joined", MOMENTS)));
      default -> throw new IllegalArgumentException("no raw records of " + dataset + " here");
    };
  }

  private static Arbitrary<String> field(String name, List<String> values) {
    return Arbitraries.of(values).map(value -> "\"" + name + "\":" + value);
  }

  /** An object of the first field, which is the key, and some of the others, in any order. */
  private static Arbitrary<String> object(Arbitrary<String> key, List<Arbitrary<String>> others) {
    Arbitrary<String> rescued = field("colour", TEXTS);
    return Combinators.combine(
            key,
            Combinators.combine(others).as(List::copyOf),
            rescued,
            Arbitraries.integers().between(0, 1 << 13),
            Arbitraries.longs())
        .as(
            (keyField, fields, strange, chosen, seed) -> {
              List<String> all =
                  IntStream.range(0, fields.size())
                      .filter(i -> (chosen >> i & 1) == 1)
                      .mapToObj(fields::get)
                      .collect(Collectors.toCollection(ArrayList::new));
              all.add(keyField);
              if (seed % 4 == 0) {
                all.add(strange);
              }
              Collections.shuffle(all, new Random(seed));
              return "{" + String.join(",", all) + "}";
            });
  }

  /** Records of any kind, most of them good for one of the datasets, and bytes of any kind. */
  public static Arbitrary<byte[]> any() {
    Arbitrary<String> good = Arbitraries.of(Datasets.all()).flatMap(RawRecords::clean);
    return Arbitraries.frequencyOf(
        Tuple.of(4, good.map(RawRecords::bytes)),
        Tuple.of(3, damaged(good)),
        Tuple.of(1, badValue(good).map(RawRecords::bytes)),
        Tuple.of(1, jsonLike()),
        Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(40)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Arbitrary<String> badValue(Arbitrary<String> good) {
    return Combinators.combine(good, Arbitraries.of(BAD_VALUES))
        .as((record, value) -> record.replaceFirst(":[^,}]*", ":" + value.replace("\\", "\\\\")));
  }

  /** Records with a few bytes flipped, or cut short. */
  private static Arbitrary<byte[]> damaged(Arbitrary<String> good) {
    return Combinators.combine(good, Arbitraries.longs(), Arbitraries.integers().between(1, 4))
        .as((record, seed, damages) -> damage(bytes(record), new Random(seed), damages));
  }

  /** These bytes with a few of them flipped, replaced or cut off. */
  public static byte[] damage(byte[] bytes, Random random, int damages) {
    byte[] damaged = bytes.clone();
    for (int i = 0; i < damages && damaged.length > 0; i++) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged[at] = (byte) "\"\\{}[]:,0e.-u\u0000\t ".charAt(random.nextInt(16));
        case 2 -> damaged[at] = (byte) random.nextInt(256);
        default -> damaged = Arrays.copyOf(damaged, at);
      }
    }
    return damaged;
  }

  /** Pieces of JSON in any order. */
  public static Arbitrary<byte[]> jsonLike() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\\",
            "\"a\"",
            "\"ind\"",
            "\"\\ud83d\\ude0d\"",
            "\\u0041",
            "null",
            "true",
            "false",
            "nul",
            "0",
            "-",
            "1",
            "12",
            ".",
            "e",
            "E+",
            "00",
            "1.5",
            "1e5",
            " ",
            "\t",
            "\r",
            "\u0001",
            "\u00e9",
            "\ud83d\ude0d",
            "\ufeff",
            "[]",
            "{}",
            "{\"a\":",
            "\"\\n\"",
            "\"\\ud83d\"",
            "\"\\x\"",
            "'")
        .list()
        .ofMaxSize(12)
        .map(pieces -> bytes(String.join("", pieces)));
  }
}
