package io.pinpipeline.core.clean;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.sun.management.ThreadMXBean;
import io.pinpipeline.core.Cleaned;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CleanerTest {

  private final Cleaner users = Datasets.USER.cleaner(Cleaned.CLOCK);

  // ---- where a row and a dead letter came from

  @Test
  void aRowTellsWhereItStood() {
    Cleaned cleaned = Cleaned.of(users, "{\"ind\":1}\n\n{\"ind\":2,\"age\":31}\n");

    assertThat(cleaned.rows().get(1))
        .contains(
            entry("ind", 2L),
            entry("age", 31),
            entry(Lineage.ORIGIN, "posts/part-1.json"),
            entry(Lineage.OFFSET, 11L))
        .containsOnlyKeys("ind", "age", Lineage.ORIGIN, Lineage.OFFSET, Lineage.FINGERPRINT);
  }

  @Test
  void aDeadLetterTellsWhatWasWrongAndWhere() {
    Cleaned cleaned = Cleaned.of(users, "{\"ind\":1}\r\n {\"ind\":2,\"age\":310} \r\n");

    assertThat(cleaned.deadLetters())
        .containsExactly(
            Map.of(
                DeadLetterTable.DATASET,
                "user",
                DeadLetterTable.CODE,
                "BAD_AGE",
                DeadLetterTable.FIELD,
                "age",
                DeadLetterTable.MESSAGE,
                "age \"310\" is no age; send a whole number from 0 to 150",
                DeadLetterTable.RAW,
                ByteBuffer.wrap(" {\"ind\":2,\"age\":310} \r".getBytes(UTF_8)),
                DeadLetterTable.ATTEMPT,
                1,
                DeadLetterTable.REJECTED_AT,
                Instant.parse("2024-05-06T07:08:09.123456Z"),
                Lineage.ORIGIN,
                "posts/part-1.json",
                Lineage.OFFSET,
                11L));
  }

  @Test
  void aDeadLetterTellsItsRunOnceItIsStamped() throws IOException {
    byte[] lines = "{}\n\n[]\n{\"ind\":1}\n".getBytes(UTF_8);
    RawBlock raw = requireNonNull(Cleaned.reader(lines, 0, lines.length, 1 << 20).next());
    CleanBlock block = users.clean(raw);
    block.stampRun("a run");
    assertThat(Cleaned.values(block.deadLetters()))
        .hasSize(2)
        .allSatisfy(letter -> assertThat(letter).containsEntry(DeadLetterTable.RUN, "a run"));
    assertThat(DeadLetter.read(block.deadLetters(), 0).run()).isEqualTo("a run");

    assertThat(DeadLetter.read(users.clean(raw).deadLetters(), 0).run()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pin | {"index":1,"title":Clay}      | no valid JSON at byte 19 of the record: no JSON value begins like this; send one JSON object a line
          pin | {"index":1,"index":1}         | index stands twice in the record; which one is meant cannot be known
          pin | 7                             | the record is a number; send one JSON object a line
          pin | {"a":1}                       | the record has no field of pin; check what was sent to this topic
          pin | {"ind":1,"age":7}             | the record has fields of user and none of its own dataset but the key; send it to the topic of user
          pin | {"title":"Clay"}              | index is missing or null; every record needs a whole number there
          pin | {"index":"1"}                 | index is a string; it should be a whole number
          pin | {"index":1.5}                 | index is no whole number of 64 bits; every record needs one
          pin | {"index":1,"title":[]}        | title is an array; it should be a string
          pin | {"index":1,"follower_count":"some"} | follower_count "some" is no count that fits; send a whole number from 0 to 2147483647, or one with k, M or B such as 12k or 1.5M
          pin | {"index":1,"follower_count":-1} | follower_count "-1" is no count that fits; send a whole number from 0 to 2147483647, or one with k, M or B such as 12k or 1.5M
          geo | {"ind":1,"latitude":91}       | latitude "91" is out of range; send degrees from -90 to 90
          geo | {"ind":1,"longitude":true}    | longitude is a boolean; it should be a number
          geo | {"ind":1,"timestamp":"now"}   | timestamp "now" is no timestamp; send one like 2020-08-28T03:52:47, in UTC or with a zone
          """)
  void messagesSayHowToMendIt(String dataset, String record, String message) {
    Cleaner cleaner = Datasets.named(dataset).cleaner(Cleaned.CLOCK);

    assertThat(Cleaned.of(cleaner, record).deadLetters())
        .extracting(letter -> letter.get(DeadLetterTable.MESSAGE))
        .containsExactly(message);
  }

  @Test
  void aMessageQuotesTheBeginningOfLongText() {
    String text = "a" + "é".repeat(40);

    assertThat(
            Cleaned.of(users, "{\"ind\":1,\"date_joined\":\"" + text + "\"}").deadLetters().get(0))
        .extractingByKey(DeadLetterTable.MESSAGE)
        .asString()
        .startsWith("date_joined \"a" + "é".repeat(23) + "...\" is no timestamp");
  }

  // ---- bytes that golden files cannot hold

  @Test
  void controlCharactersMustBeEscaped() {
    for (char c = 0; c < ' '; c++) {
      if (c != '\n') {
        assertMalformed(("{\"ind\":1,\"first_name\":\"a" + c + "\"}").getBytes(UTF_8));
      }
    }
  }

  @Test
  void textMustBeUtf8() {
    for (String bytes :
        List.of(
            "\u00e9",
            "\u00c0\u0080",
            "\u00ed\u00a0\u0080",
            "\u00f4\u0090\u0080\u0080",
            "\u00e2\u0082",
            "\u00ff")) {
      assertMalformed(("{\"ind\":1,\"first_name\":\"" + bytes + "\"}").getBytes(ISO_8859_1));
      assertMalformed(("{\"ind\":1,\"" + bytes + "\":1}").getBytes(ISO_8859_1));
      assertMalformed(("{\"ind\":1,\"x\":[\"" + bytes + "\"]}").getBytes(ISO_8859_1));
      assertMalformed(("{\"ind\":1}" + bytes).getBytes(ISO_8859_1));
    }
  }

  private void assertMalformed(byte[] record) {
    Cleaned cleaned = Cleaned.of(users, record);
    assertThat(cleaned.deadLetters()).hasSize(1);
    assertThat(cleaned.deadLetters().get(0))
        .contains(
            entry(DeadLetterTable.CODE, "MALFORMED_JSON"),
            entry(DeadLetterTable.RAW, ByteBuffer.wrap(record)));
  }

  @Test
  void blankLinesAreNoRecords() {
    Cleaned cleaned = Cleaned.of(users, "\n \r\n\t\n\r\n{\"ind\":1}\r\n\n");

    assertThat(cleaned.records()).isEqualTo(1);
    assertThat(cleaned.rows()).hasSize(1);
  }

  @Test
  void manyFieldsNobodyKnowsAreKept() {
    StringBuilder record = new StringBuilder("{\"ind\":1");
    StringBuilder rescued = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      record.append(" , \"f").append(i).append("\" : [ \" \" , {} ]");
      rescued.append(i == 0 ? '{' : ',').append("\"f").append(i).append("\":[\" \",{}]");
    }

    assertThat(Cleaned.of(users, record + "}").rows().get(0))
        .containsEntry(Lineage.RESCUED, rescued + "}");
  }

  // ---- what is too large, what came before

  @Test
  void aRecordThatIsTooLargeIsADeadLetterWithItsBeginning() throws IOException {
    String large = "{\"ind\":2,\"first_name\":\"" + "a".repeat(200_000) + "\"}";
    byte[] object = ("{\"ind\":1}\n" + large + "\n{\"ind\":3}\n").getBytes(UTF_8);

    Cleaned cleaned = Cleaned.of(users, Cleaned.reader(object, 0, object.length, 100_000));

    assertThat(cleaned.records()).isEqualTo(3);
    assertThat(cleaned.ordinals()).containsExactly(0, 2);
    assertThat(cleaned.rows()).extracting(row -> row.get("ind")).containsExactly(1L, 3L);
    assertThat(cleaned.deadLetters()).hasSize(1);
    assertThat(cleaned.deadLetters().get(0))
        .contains(
            entry(DeadLetterTable.CODE, "TOO_LARGE"),
            entry(Lineage.OFFSET, 10L),
            entry(
                DeadLetterTable.RAW,
                ByteBuffer.wrap(large.substring(0, 64 * 1024).getBytes(UTF_8))),
            entry(
                DeadLetterTable.MESSAGE,
                "the record has 200025 bytes, more than a record may have; its beginning is kept"
                    + " here, the whole stands in posts/part-1.json from byte 10. Send smaller"
                    + " records, or raise the limit with --maxRecordBytes"))
        .doesNotContainKey(DeadLetterTable.FIELD);
  }

  @Test
  void duplicatesAreCountedAndConflictsAreDeadLetters() {
    users.begin(new Repeats(new int[] {1, 3}, new boolean[] {false, true}));

    Cleaned cleaned =
        Cleaned.of(
            users,
            """
            {"ind":1,"age":31}
            {"ind":1,"age":31}
            {"ind":"x"}
            {"ind":1,"age":32}
            {"ind":2}
            """);

    assertThat(cleaned.records()).isEqualTo(5);
    assertThat(cleaned.duplicates()).isEqualTo(1);
    assertThat(cleaned.ordinals()).containsExactly(0, 4);
    assertThat(cleaned.deadLetters())
        .extracting(letter -> letter.get(DeadLetterTable.CODE))
        .containsExactly("BAD_TYPE", "CONFLICTING_DUPLICATE");
    assertThat(cleaned.deadLetters().get(1))
        .contains(
            entry(DeadLetterTable.FIELD, "ind"),
            entry(DeadLetterTable.RAW, ByteBuffer.wrap("{\"ind\":1,\"age\":32}".getBytes(UTF_8))),
            entry(
                DeadLetterTable.MESSAGE,
                "a record with the same ind and other content came first and stays; give this one a"
                    + " key of its own"));
  }

  // ---- records of a topic

  @Test
  void aRecordOfATopicTellsItsPartitionAndOffset() {
    Cleaned cleaned = topic("{\"ind\":1}", "{\"ind\":2,\"age\":310}", "\n{\"ind\":3}\n\n");

    assertThat(cleaned.rows()).hasSize(2);
    assertThat(cleaned.rows().get(1))
        .contains(
            entry("ind", 3L),
            entry(Lineage.ORIGIN, "mine.user"),
            entry(Lineage.PARTITION, 7),
            entry(Lineage.OFFSET, 104L));
    assertThat(cleaned.deadLetters()).hasSize(1);
    assertThat(cleaned.deadLetters().get(0))
        .contains(
            entry(DeadLetterTable.CODE, "BAD_AGE"),
            entry(DeadLetterTable.RAW, ByteBuffer.wrap("{\"ind\":2,\"age\":310}".getBytes(UTF_8))),
            entry(Lineage.PARTITION, 7),
            entry(Lineage.OFFSET, 102L));
  }

  @Test
  void everyRecordOfATopicIsOneBeItEmptyOrSeveralLines() {
    Cleaned cleaned = topic("", " \r", "\n", "{\"ind\":1}\n{\"ind\":2}", "{\"ind\":3}");

    assertThat(cleaned.records()).isEqualTo(5);
    assertThat(cleaned.rows()).hasSize(1);
    assertThat(cleaned.ordinals()).containsExactly(4);
    assertThat(cleaned.deadLetters())
        .extracting(letter -> letter.get(DeadLetterTable.CODE))
        .containsExactly("MALFORMED_JSON", "MALFORMED_JSON", "MALFORMED_JSON", "MALFORMED_JSON");
    assertThat(cleaned.deadLetters().get(0))
        .contains(
            entry(
                DeadLetterTable.MESSAGE,
                "the record is empty; send one JSON object on one line in each"));
    assertThat(cleaned.deadLetters().get(3))
        .contains(
            entry(
                DeadLetterTable.MESSAGE,
                "the record goes over several lines; send one JSON object on one line in each"),
            entry(
                DeadLetterTable.RAW, ByteBuffer.wrap("{\"ind\":1}\n{\"ind\":2}".getBytes(UTF_8))));
  }

  @Test
  void arrivalsAreAskedAboutRowsOnly() {
    List<Long> asked = new ArrayList<>();
    users.begin(
        Repeats.NONE,
        (key, fingerprint) -> {
          asked.add(key);
          return key == 2 ? Arrival.DUPLICATE : key == 3 ? Arrival.CONFLICT : Arrival.FIRST;
        });

    Cleaned cleaned =
        topic(
            "{\"ind\":1}",
            "{\"ind\":2,\"first_name\":\"Maya\",\"x\":1}",
            "{\"ind\":3,\"x\":1}",
            "{\"ind\":4,\"age\":310}",
            "{\"ind\":5,\"last_name\":\"Okafor\"}");

    assertThat(asked).containsExactly(1L, 2L, 3L, 5L);
    assertThat(cleaned.records()).isEqualTo(5);
    assertThat(cleaned.duplicates()).isEqualTo(1);
    assertThat(cleaned.rows()).extracting(row -> row.get("ind")).containsExactly(1L, 5L);
    assertThat(cleaned.rows().get(1)).contains(entry("user_name", "Okafor"));
    assertThat(cleaned.rows()).noneMatch(row -> row.containsKey(Lineage.RESCUED));
    assertThat(cleaned.deadLetters())
        .extracting(letter -> letter.get(DeadLetterTable.CODE))
        .containsExactly("CONFLICTING_DUPLICATE", "BAD_AGE");
    assertThat(cleaned.deadLetters().get(0))
        .contains(
            entry(DeadLetterTable.RAW, ByteBuffer.wrap("{\"ind\":3,\"x\":1}".getBytes(UTF_8))));
  }

  /** Cleans records of a partition, every other offset from 100 on. */
  private Cleaned topic(String... records) {
    int[] ends = new int[records.length];
    long[] offsets = new long[records.length];
    int end = 0;
    for (int i = 0; i < records.length; i++) {
      end += records[i].getBytes(UTF_8).length;
      ends[i] = end;
      offsets[i] = 100 + 2L * i;
    }
    RawBlock raw = new RawBlock();
    raw.setRecords(
        "mine.user",
        7,
        String.join("", records).getBytes(UTF_8),
        0,
        new RawBlock.Bounds(records.length, ends, offsets));
    return new Cleaned(0, 0, new ArrayList<>(), new ArrayList<>(), new ArrayList<>())
        .with(users.clean(raw));
  }

  @Test
  void recordsAreCountedThroughTheBlocksOfABatch() {
    users.begin(new Repeats(new int[] {1, 2}, new boolean[] {false, false}));
    RawBlock raw = new RawBlock();
    byte[] bytes = "{\"ind\":1}\n{\"ind\":2}\n".getBytes(UTF_8);
    raw.setLines("an/object", bytes, 0, bytes.length, 0);

    assertThat(users.clean(raw).duplicates()).isEqualTo(1);
    CleanBlock second = users.clean(raw);
    assertThat(second.duplicates()).isEqualTo(1);
    assertThat(second.ordinal(0)).isEqualTo(3);

    users.begin(Repeats.NONE);
    CleanBlock again = users.clean(raw);
    assertThat(again.duplicates()).isZero();
    assertThat(again.ordinal(1)).isEqualTo(1);
  }

  // ---- sameness

  @Test
  void theSameContentHasTheSameFingerprintHoweverItIsWritten() {
    Cleaned cleaned =
        Cleaned.of(
            Datasets.PIN.cleaner(Cleaned.CLOCK),
            """
            {"index":1,"title":"é","follower_count":"12k"}
            {"follower_count":12000.0,"title":"\\u00e9","index":1,"description":"Untitled","downloaded":1}
            {"index":1,"title":"é","follower_count":"12k","x":1}
            {"index":1,"title":"é","follower_count":"12001"}
            """);

    List<Object> fingerprints =
        cleaned.rows().stream().map(row -> row.get(Lineage.FINGERPRINT)).toList();
    assertThat(fingerprints.get(1)).isEqualTo(fingerprints.get(0));
    assertThat(fingerprints.get(2)).isNotEqualTo(fingerprints.get(0)); // it has more to keep
    assertThat(fingerprints.get(3)).isNotEqualTo(fingerprints.get(0));
  }

  @Test
  void aBatchMayBeReadTwiceAndIsOpenedLate() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    CleanBatch batch =
        new CleanBatch(
            new RawBatch() {
              @Override
              public String dataset() {
                return "user";
              }

              @Override
              public int number() {
                return 7;
              }

              @Override
              public Repeats repeats() {
                return new Repeats(new int[] {1}, new boolean[] {false});
              }

              @Override
              public BlockReader open() {
                opened.incrementAndGet();
                byte[] lines = "{\"ind\":1}\n{\"ind\":1}\n".getBytes(UTF_8);
                return Cleaned.reader(lines, 0, lines.length, 100);
              }
            });
    assertThat(batch.dataset()).isEqualTo("user");
    assertThat(batch.number()).isEqualTo(7);
    assertThat(opened).hasValue(0);
    for (int i = 0; i < 2; i++) {
      try (CleanBatch.Reader reader = batch.open(users)) {
        assertThat(reader.bytes()).isZero();
        CleanBlock block = reader.next();
        assertThat(block.records()).isEqualTo(2);
        assertThat(block.duplicates()).isEqualTo(1);
        assertThat(block.rows().rows()).isEqualTo(1);
        assertThat(reader.bytes()).isEqualTo(20);
        assertThat(reader.next()).isNull();
      }
    }
    assertThat(opened).hasValue(2);
  }

  // ---- cost

  static List<Dataset<?>> datasets() {
    return Datasets.all();
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void aRecordAllocatesNothing(Dataset<?> dataset) {
    String good =
        switch (dataset.name()) {
          case "pin" ->
              "{\"index\":25,\"title\":\"Love \\ud83d\\ude0d\",\"follower_count\":\"12k\",\"x\":1}";
          case "geo" ->
              "{\"ind\":25,\"timestamp\":\"2020-08-28T03:52:47\",\"latitude\":-12.5432,"
                  + "\"longitude\":77.25,\"country\":\"Peru\"}";
          default ->
              "{\"ind\":25,\"first_name\":\"Maya\",\"last_name\":\"Okafor\",\"age\":31,"
                  + "\"date_joined\":\"2016-04-02 10:11:12\"}";
        };
    byte[] block =
        (good + "\n" + good.substring(9) + "\n{}\n[]\n{\"a\":1}\n{\"ind\":1,\"category\":1}\n")
            .repeat(200)
            .getBytes(UTF_8);
    Cleaner cleaner = dataset.cleaner(Cleaned.CLOCK);
    RawBlock raw = new RawBlock();
    raw.setLines("an/object", block, 0, block.length, 0);
    for (int i = 0; i < 100; i++) {
      cleaner.clean(raw);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    cleaner.clean(raw);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    // the block's own: its origin, the time
    assertThat(allocated).isLessThan(2000);
  }
}
