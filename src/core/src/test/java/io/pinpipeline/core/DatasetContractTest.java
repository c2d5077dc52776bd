package io.pinpipeline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.CleaningPlan;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.geo.Geo;
import io.pinpipeline.core.pin.Pin;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.core.user.User;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every dataset promises, and what a new one has to do. */
class DatasetContractTest {

  /** A record with every field that the dataset has on the wire, and its clean form. */
  private static final Map<String, String> WHOLE_RECORDS =
      Map.of(
          "pin",
          "{\"index\":25,\"unique_id\":\"u\",\"title\":\"t\",\"description\":\"d\",\"poster_name\":\"p\","
              + "\"follower_count\":\"12k\",\"tag_list\":\"a,b\",\"is_image_or_video\":\"image\","
              + "\"image_src\":\"i\",\"downloaded\":1,\"save_location\":\"Local save in s\","
              + "\"category\":\"c\"}",
          "geo",
          "{\"ind\":25,\"timestamp\":\"2020-08-28T03:52:47\",\"latitude\":-12.5,\"longitude\":77.25,"
              + "\"country\":\"Peru\"}",
          "user",
          "{\"ind\":25,\"first_name\":\"Maya\",\"last_name\":\"Okafor\",\"age\":31,"
              + "\"date_joined\":\"2016-04-02T10:11:12\"}");

  private static final Map<String, Object> WHOLE_READ =
      Map.of(
          "pin",
          new Pin(25, "u", "t", "d", 12_000, "p", "a,b", "image", "i", "s", "c", null),
          "geo",
          new Geo(25, "Peru", -12.5, 77.25, Instant.parse("2020-08-28T03:52:47Z"), null),
          "user",
          new User(25, "Maya Okafor", 31, Instant.parse("2016-04-02T10:11:12Z"), null));

  static Stream<Dataset<?>> datasets() {
    return Datasets.all().stream();
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void itIsFoundByItsName(Dataset<?> dataset) {
    assertThat(Datasets.named(dataset.name())).isSameAs(dataset);
    assertThat(dataset).hasToString(dataset.name());
    assertThat(dataset.name()).matches("[a-z][a-z_]*");
  }

  @Test
  void namesAreTheirOwn() {
    assertThat(datasets().map(Dataset::name)).doesNotHaveDuplicates();
    assertThat(datasets().map(Dataset::type)).doesNotHaveDuplicates();
    assertThatThrownBy(() -> Datasets.named("board"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no dataset 'board'; the datasets are pin, geo, user");
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void theTableBeginsWithItsKeyAndEndsWithItsLineage(Dataset<?> dataset) {
    TableSchema schema = dataset.schema();
    int own = dataset.plan().ownColumns().size();

    assertThat(schema.column(0)).isEqualTo(ColumnSpec.required(dataset.key(), ColumnType.LONG));
    assertThat(schema.columns().subList(0, own)).isEqualTo(dataset.plan().ownColumns().columns());
    assertThat(schema.columns().subList(1, own)).noneMatch(ColumnSpec::required);
    assertThat(schema.columns().subList(own, schema.size()))
        .containsExactly(
            ColumnSpec.optional(Lineage.RESCUED, ColumnType.STRING),
            ColumnSpec.optional(Lineage.ORIGIN, ColumnType.STRING),
            ColumnSpec.optional(Lineage.PARTITION, ColumnType.INT),
            ColumnSpec.optional(Lineage.OFFSET, ColumnType.LONG),
            ColumnSpec.optional(Lineage.FINGERPRINT, ColumnType.LONG));
    assertThat(schema.columns()).extracting(ColumnSpec::path).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void membersOfAStructStandNextToEachOther(Dataset<?> dataset) {
    List<String> structs = new ArrayList<>();
    for (ColumnSpec column : dataset.schema().columns()) {
      String[] path = column.path().split("\\.");
      assertThat(path).hasSizeBetween(1, 2);
      String struct = path[0];
      if (structs.isEmpty() || !structs.get(structs.size() - 1).equals(struct)) {
        structs.add(struct);
      }
    }
    assertThat(structs).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void everyFieldOnTheWireIsKnown(Dataset<?> dataset) {
    ColumnBlock rows = clean(dataset, WHOLE_RECORDS.get(dataset.name()));

    Values values = new Values(rows, 0);
    for (ColumnSpec column : dataset.plan().ownColumns().columns()) {
      assertThat(values.get(dataset.schema().indexOf(column.path()))).as(column.path()).isNotNull();
    }
    assertThat(values.get(dataset.schema().indexOf(Lineage.RESCUED))).isNull();
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void aRowReadsAsARecord(Dataset<?> dataset) {
    String whole = WHOLE_RECORDS.get(dataset.name());
    ColumnBlock rows = clean(dataset, whole);

    assertThat(dataset.read(rows, 0))
        .isInstanceOf(dataset.type())
        .isEqualTo(WHOLE_READ.get(dataset.name()));
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void aRowOfNothingButItsKeyReadsAsARecord(Dataset<?> dataset) {
    String key = WHOLE_RECORDS.get(dataset.name()).replaceFirst(",.*", "");
    Object read = dataset.read(clean(dataset, key + ",\"x\":1}"), 0);

    Object[] values =
        Stream.of(dataset.type().getRecordComponents())
            .map(component -> valueOf(component.getAccessor(), read))
            .toArray();
    assertThat(values).startsWith(25L).endsWith("{\"x\":1}").hasSizeGreaterThan(2);
    assertThat(Arrays.asList(values).subList(1, values.length - 1)).containsOnlyNulls();
  }

  private static Object valueOf(Method accessor, Object record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(accessor + " cannot be called", e);
    }
  }

  @ParameterizedTest
  @MethodSource("datasets")
  void recordsOfTheOthersAreTold(Dataset<?> dataset) {
    for (Dataset<?> other : Datasets.all()) {
      Cleaned cleaned = Cleaned.of(dataset.cleaner(Cleaned.CLOCK), WHOLE_RECORDS.get(other.name()));
      if (other == dataset) {
        assertThat(cleaned.rows()).hasSize(1);
      } else {
        assertThat(cleaned.deadLetters()).hasSize(1);
        assertThat(cleaned.deadLetters().get(0))
            .containsEntry(DeadLetterTable.CODE, "WRONG_DATASET")
            .containsEntry(
                DeadLetterTable.MESSAGE,
                "the record has fields of "
                    + other
                    + " and none of its own dataset but the key; send it to the topic of "
                    + other);
      }
    }
  }

  private static ColumnBlock clean(Dataset<?> dataset, String record) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    RawBlock raw = new RawBlock();
    raw.setLines("an/object", bytes, 0, bytes.length, 0);
    ColumnBlock rows = dataset.cleaner(Cleaned.CLOCK).clean(raw).rows();
    assertThat(rows.rows()).isEqualTo(1);
    return rows;
  }

  // ---- a fourth dataset: a plan and a record, and nothing anywhere else

  private record Board(long id, String name, Integer pins, Instant made, String rescued) {}

  private static final CleaningPlan BOARDS =
      CleaningPlan.of("board")
          .key("id", "id")
          .text("board_name", CleaningPlan.placeholders("No Board"))
          .count("pins", List.of())
          .timestamp("made")
          .dropped("colour")
          .build();

  private static Board board(ColumnBlock rows, int row) {
    Values values = new Values(rows, row);
    return new Board(
        values.longAt(0),
        values.stringAt(1),
        values.intAt(2),
        values.instantAt(3),
        values.stringAt(4));
  }

  @Test
  void aFourthDatasetNeedsNoEditElsewhere() {
    Dataset<Board> boards = new Dataset<>(BOARDS, Board.class, DatasetContractTest::board);
    List<CleaningPlan> all =
        Stream.concat(datasets().map(Dataset::plan), Stream.of(BOARDS)).toList();
    Cleaner cleaner = new Cleaner(BOARDS, all, Cleaned.CLOCK);
    byte[] lines =
        """
        {"id":1,"board_name":"Gardens","pins":"1.5k","made":"2020-08-28 03:52:47","colour":7}
        {"id":2,"board_name":"No Board","x":1}
        {"index":25,"title":"Clay"}
        {"id":3,"pins":"-"}
        """
            .getBytes(StandardCharsets.UTF_8);
    RawBlock raw = new RawBlock();
    raw.setLines("an/object", lines, 0, lines.length, 0);

    var block = cleaner.clean(raw);

    assertThat(boards.key()).isEqualTo("id");
    assertThat(List.of(boards.read(block.rows(), 0), boards.read(block.rows(), 1)))
        .containsExactly(
            new Board(1, "Gardens", 1500, Instant.parse("2020-08-28T03:52:47Z"), null),
            new Board(2, null, null, null, "{\"x\":1}"));
    assertThat(Cleaned.values(block.deadLetters()))
        .extracting(letter -> letter.get(DeadLetterTable.CODE))
        .containsExactly("WRONG_DATASET", "BAD_FOLLOWER_COUNT");
    assertThat(
            Cleaned.of(
                    new Cleaner(Datasets.PIN.plan(), all, Cleaned.CLOCK),
                    "{\"id\":1,\"board_name\":\"Gardens\"}")
                .deadLetters())
        .extracting(letter -> letter.get(DeadLetterTable.CODE))
        .containsExactly("WRONG_DATASET");
  }

  @Test
  void aPlanHasOneKeyAndNoMoreFieldsThanABitEach() {
    assertThatThrownBy(() -> CleaningPlan.of("board").text("name").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exactly one key; board");
    assertThatThrownBy(() -> CleaningPlan.of("board").key("a", "a").key("b", "b").build())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> CleaningPlan.of("board").key("id", "id").text("a").text("a").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("each field once; board");
    CleaningPlan.Builder wide = CleaningPlan.of("board").key("id", "id");
    for (int i = 1; i < 64; i++) {
      wide.text("field" + i);
    }
    Cleaner cleaner = new Cleaner(wide.build(), List.of(), Cleaned.CLOCK);
    assertThat(Cleaned.of(cleaner, "{\"field63\":\"a\",\"field31\":\"b\",\"id\":1}").rows().get(0))
        .containsEntry("field63", "a")
        .containsEntry("field31", "b");
    assertThatThrownBy(() -> wide.text("field64").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a plan has 64 fields at most: board");
  }
}
