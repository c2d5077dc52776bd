package io.pinpipeline.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinpipeline.core.batch.LineReader;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.ColumnSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for cleaning whatever the records are. */
class CleaningPropertiesTest {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  @Property
  void everyLineBecomesARowOrADeadLetter(
      @ForAll("datasets") Dataset<?> dataset, @ForAll("objects") byte[] object) {
    Cleaned cleaned = Cleaned.of(dataset.cleaner(Cleaned.CLOCK), object);

    assertAccountsFor(object, cleaned);
  }

  @Property
  void damagedRecordsAreAccountedFor(
      @ForAll("datasets") Dataset<?> dataset,
      @ForAll("objects") byte[] object,
      @ForAll Random random) {
    byte[] damaged = RawRecords.damage(object, random, 1 + random.nextInt(8));

    assertAccountsFor(damaged, Cleaned.of(dataset.cleaner(Cleaned.CLOCK), damaged));
  }

  @Property
  void repeatsAreCountedOrBecomeConflicts(
      @ForAll("datasets") Dataset<?> dataset,
      @ForAll("objects") byte[] object,
      @ForAll Random random) {
    Cleaner cleaner = dataset.cleaner(Cleaned.CLOCK);
    Cleaned alone = Cleaned.of(cleaner, object);
    List<Integer> named =
        alone.ordinals().stream().filter(ordinal -> random.nextBoolean()).toList();
    boolean[] conflicting = new boolean[named.size()];
    for (int i = 0; i < conflicting.length; i++) {
      conflicting[i] = random.nextBoolean();
    }
    Repeats repeats =
        new Repeats(named.stream().mapToInt(Integer::intValue).toArray(), conflicting);

    cleaner.begin(repeats);
    Cleaned cleaned = Cleaned.of(cleaner, object);

    assertThat(cleaned.records()).isEqualTo(alone.records());
    assertThat(cleaned.duplicates()).isEqualTo(repeats.size() - repeats.conflicts());
    assertThat(cleaned.ordinals())
        .isEqualTo(alone.ordinals().stream().filter(ordinal -> !named.contains(ordinal)).toList());
    assertThat(alone.rows()).containsAll(cleaned.rows());
    assertThat(cleaned.deadLetters())
        .hasSize(alone.deadLetters().size() + repeats.conflicts())
        .containsAll(alone.deadLetters());
    assertThat(
            cleaned.deadLetters().stream()
                .filter(letter -> "CONFLICTING_DUPLICATE".equals(letter.get(DeadLetterTable.CODE))))
        .hasSize(repeats.conflicts());
  }

  @Property
  void recordsMadeToBeCleanBecomeRows(@ForAll("cleanRecords") CleanRecord record) {
    Cleaned cleaned = Cleaned.of(record.dataset().cleaner(Cleaned.CLOCK), record.line());

    assertThat(cleaned.deadLetters()).isEmpty();
    assertThat(cleaned.rows()).hasSize(1);
  }

  private record CleanRecord(Dataset<?> dataset, String line) {}

  @Provide
  Arbitrary<CleanRecord> cleanRecords() {
    return datasets()
        .flatMap(dataset -> RawRecords.clean(dataset).map(line -> new CleanRecord(dataset, line)));
  }

  @Property
  void aRowSentAgainIsTheSameRow(
      @ForAll("datasets") Dataset<?> dataset, @ForAll("objects") byte[] object)
      throws JsonProcessingException {
    Cleaner cleaner = dataset.cleaner(Cleaned.CLOCK);
    List<Map<String, Object>> rows = Cleaned.of(cleaner, object).rows();

    Cleaned again = Cleaned.of(cleaner, raw(dataset, rows));

    assertThat(again.deadLetters()).isEmpty();
    assertThat(again.rows().stream().map(CleaningPropertiesTest::content).toList())
        .isEqualTo(rows.stream().map(CleaningPropertiesTest::content).toList());
  }

  /** All but where it stood. */
  private static Map<String, Object> content(Map<String, Object> row) {
    Map<String, Object> content = new TreeMap<>(row);
    content.remove(Lineage.OFFSET);
    return content;
  }

  /** Clean rows as the raw records that they might have been. */
  private static String raw(Dataset<?> dataset, List<Map<String, Object>> rows)
      throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      ObjectNode record = json.createObjectNode();
      for (ColumnSpec column : dataset.plan().ownColumns().columns()) {
        String path = column.path();
        if (row.containsKey(path)) {
          String field =
              path.equals("ind") && dataset == Datasets.PIN
                  ? "index"
                  : path.equals("user_name") ? "first_name" : path.replace("coordinates.", "");
          Object value = row.get(path);
          record.putPOJO(
              field,
              path.equals("save_location")
                  ? "Local save in " + value
                  : value instanceof Instant ? value.toString() : value);
        }
      }
      String rescued = (String) row.get(Lineage.RESCUED);
      String own = json.writeValueAsString(record);
      lines.add(
          rescued == null ? own : own.substring(0, own.length() - 1) + "," + rescued.substring(1));
    }
    return String.join("\n", lines);
  }

  @Property
  void howAnObjectIsReadDoesNotMatter(
      @ForAll("datasets") Dataset<?> dataset,
      @ForAll("objects") byte[] object,
      @ForAll Random random)
      throws IOException {
    int maxRecordBytes = random.nextInt(4) == 0 ? 1 + random.nextInt(80) : 1 << 20;
    Cleaner cleaner = dataset.cleaner(Cleaned.CLOCK);
    Cleaned atOnce = Cleaned.of(cleaner, Cleaned.reader(object, 0, object.length, maxRecordBytes));
    int[] cuts = random.ints(random.nextInt(6), 0, object.length + 1).sorted().toArray();

    Cleaned inParts = new Cleaned(0, 0, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    cleaner.begin(Repeats.NONE);
    int begin = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int end = i == cuts.length ? object.length : cuts[i];
      try (LineReader reader = Cleaned.reader(object, begin, end, maxRecordBytes)) {
        for (var raw = reader.next(); raw != null; raw = reader.next()) {
          inParts = inParts.with(cleaner.clean(raw));
        }
      }
      begin = end;
    }

    assertThat(inParts).isEqualTo(atOnce);
  }

  private static void assertAccountsFor(byte[] object, Cleaned cleaned) {
    Map<Long, byte[]> lines = lines(object);
    assertThat(cleaned.records()).isEqualTo(lines.size());
    assertThat(cleaned.rows().size() + cleaned.deadLetters().size()).isEqualTo(lines.size());

    Set<Object> offsets = new HashSet<>();
    for (Map<String, Object> row : cleaned.rows()) {
      offsets.add(row.get(Lineage.OFFSET));
    }
    for (Map<String, Object> letter : cleaned.deadLetters()) {
      Long offset = (Long) letter.get(Lineage.OFFSET);
      offsets.add(offset);
      assertThat(letter).containsEntry(DeadLetterTable.RAW, ByteBuffer.wrap(lines.get(offset)));
    }
    assertThat(offsets).isEqualTo(lines.keySet());
  }

  /** The records of an object by their offset, found the simple way. */
  private static Map<Long, byte[]> lines(byte[] object) {
    Map<Long, byte[]> lines = new TreeMap<>();
    int from = object.length >= 3 && Arrays.equals(object, 0, 3, BYTE_ORDER_MARK, 0, 3) ? 3 : 0;
    while (from < object.length) {
      int to = from;
      boolean blank = true;
      while (to < object.length && object[to] != '\n') {
        blank &= object[to] == ' ' || object[to] == '\t' || object[to] == '\r';
        to++;
      }
      if (!blank) {
        lines.put((long) from, Arrays.copyOfRange(object, from, to));
      }
      from = to + 1;
    }
    return lines;
  }

  @Provide
  Arbitrary<Dataset<?>> datasets() {
    return Arbitraries.of(Datasets.all());
  }

  /** Objects of some records: with a byte order mark or not, LF or CRLF, an end or none. */
  @Provide
  Arbitrary<byte[]> objects() {
    return Combinators.combine(
            RawRecords.any().list().ofMaxSize(8),
            Arbitraries.of("\n", "\n", "\r\n", "\n\n", "\n \t\r\n"),
            Arbitraries.of(true, false),
            Arbitraries.of(0, 0, 0, 1, 2, 3))
        .as(
            (records, separator, ended, mark) -> {
              ByteArrayOutputStream object = new ByteArrayOutputStream();
              object.write(BYTE_ORDER_MARK, 0, mark);
              for (int i = 0; i < records.size(); i++) {
                object.writeBytes(records.get(i));
                if (ended || i < records.size() - 1) {
                  object.writeBytes(separator.getBytes(UTF_8));
                }
              }
              return object.toByteArray();
            });
  }
}
