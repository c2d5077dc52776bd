package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.LongColumn;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random batches, and what a map over all records in the order of their arrival says of them. */
class DeduplicateTest {

  private enum Kind {
    ROW,
    /** A record that cannot be cleaned: it is counted, and is nobody's repeat. */
    REJECTED,
    /** A line that is no record: it is not counted. */
    BLANK,
    /** A record that stands alone in its block, cut off. */
    OVERSIZE
  }

  /**
   * What is sent.
   *
   * @param content what the row says besides its key
   * @param way one of the ways to write the same
   */
  private record Sent(Kind kind, long key, int content, int way) {

    String line(String dataset) {
      String keyField = dataset.equals("pin") ? "index" : "ind";
      String textField =
          switch (dataset) {
            case "pin" -> "category";
            case "geo" -> "country";
            default -> "first_name";
          };
      return switch (kind) {
        case ROW ->
            switch (way) {
              case 0 -> "{\"%s\":%d,\"%s\":\"%d\"}".formatted(keyField, key, textField, content);
              case 1 -> "{\"%s\": \"%d\", \"%s\":%d }".formatted(textField, content, keyField, key);
              default ->
                  " {\"%s\":%d,\"%s\":\"\\u003%d\"}".formatted(keyField, key, textField, content);
            };
        case REJECTED ->
            List.of("{\"%s\":%d,", "[\"%s\",%d]", "{\"%s\":\"x\",\"%d\":1}")
                .get(way)
                .formatted(keyField, key);
        case BLANK -> " \t\r".substring(way);
        case OVERSIZE -> "{\"%s\":%d,".formatted(keyField, key);
      };
    }
  }

  /** A batch, block by block. */
  private record Batch(String dataset, int number, List<List<Sent>> blocks) {

    HeldBatch raw(Repeats repeats) {
      List<RawBlock> raw = new ArrayList<>();
      for (List<Sent> block : blocks) {
        List<String> lines = new ArrayList<>();
        for (Sent sent : block) {
          if (sent.kind() == Kind.OVERSIZE) {
            raw.add(Batches.block("object", 0, String.join("\n", lines)));
            lines.clear();
            raw.add(Batches.oversize("object", 0, sent.line(dataset), 1 << 21));
          } else {
            lines.add(sent.line(dataset));
          }
        }
        raw.add(Batches.block("object", 0, String.join("\n", lines)));
      }
      return new HeldBatch(dataset, number, repeats, raw);
    }
  }

  /** What should become of batches, told record by record. */
  private static final class Model {

    /** The content of the first row of each dataset and key. */
    private final Map<List<Object>, Integer> first = new LinkedHashMap<>();

    /** Of each batch that has any. */
    final Map<Integer, Repeats> repeats = new HashMap<>();

    /** What becomes of each batch, as {@link FateFn} tells it. */
    final List<String> fates = new ArrayList<>();

    Model(List<Batch> batches, List<Batch> inTable) {
      for (Batch rows : inTable) {
        for (Sent row : rows.blocks().get(0)) {
          first.put(List.of(rows.dataset(), row.key()), row.content());
        }
      }
      batches.stream().sorted(Comparator.comparingInt(Batch::number)).forEach(this::arrive);
    }

    private void arrive(Batch batch) {
      RepeatsBuilder found = new RepeatsBuilder();
      List<Long> keys = new ArrayList<>();
      int records = 0;
      int rejected = 0;
      for (Sent sent : batch.blocks().stream().flatMap(List::stream).toList()) {
        if (sent.kind() == Kind.BLANK) {
          continue;
        }
        if (sent.kind() == Kind.ROW) {
          Integer stays = first.putIfAbsent(List.of(batch.dataset(), sent.key()), sent.content());
          if (stays == null) {
            keys.add(sent.key());
          } else {
            found.add(records, stays != sent.content());
          }
        } else {
          rejected++;
        }
        records++;
      }
      Repeats all = found.build();
      if (all.size() > 0) {
        repeats.put(batch.number(), all);
      }
      fates.add(
          FateFn.books(
              batch.number(),
              records,
              keys,
              all.size() - all.conflicts(),
              all.conflicts(),
              rejected));
    }
  }

  /** Tells of each clean batch what became of its records, with the keys of its rows. */
  private static final class FateFn extends CleanBatchFn<String> {

    static String books(
        int number, int records, List<Long> keys, int duplicates, int conflicts, int rejected) {
      assertThat(records).isEqualTo(keys.size() + duplicates + conflicts + rejected);
      return "batch %d: %d records, rows %s, %d duplicates, %d conflicts, %d rejected"
          .formatted(number, records, keys, duplicates, conflicts, rejected);
    }

    @ProcessElement
    public void process(@Element CleanBatch batch, OutputReceiver<String> out) throws IOException {
      Dataset<?> dataset = Datasets.named(batch.dataset());
      int keyColumn = dataset.schema().indexOf(dataset.key());
      int codeColumn = DeadLetterTable.SCHEMA.indexOf(DeadLetterTable.CODE);
      int records = 0;
      List<Long> keys = new ArrayList<>();
      int duplicates = 0;
      int conflicts = 0;
      int rejected = 0;
      try (CleanBatch.Reader blocks = open(batch)) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          LongColumn key = (LongColumn) block.rows().column(keyColumn);
          for (int row = 0; row < key.size(); row++) {
            keys.add(key.get(row));
          }
          BytesColumn codes = (BytesColumn) block.deadLetters().column(codeColumn);
          for (int row = 0; row < codes.size(); row++) {
            if (codes.string(row).equals(RejectionCode.CONFLICTING_DUPLICATE.name())) {
              conflicts++;
            } else {
              rejected++;
            }
          }
          records += block.records();
          duplicates += block.duplicates();
        }
      }
      out.output(books(batch.number(), records, keys, duplicates, conflicts, rejected));
    }
  }

  @Property(tries = 25, shrinking = ShrinkingMode.BOUNDED)
  void findsWhatAMapOverAllRecordsFinds(
      @ForAll("batches") List<Batch> batches,
      @ForAll("inTable") List<Batch> inTable,
      @ForAll @IntRange(min = 1, max = 9) int shards,
      @ForAll Random random)
      throws IOException {
    Collections.shuffle(batches, random);
    check(batches, inTable, shards);
  }

  /** Runs the batches through a pipeline, then again with the repeats that should be found. */
  private static void check(List<Batch> batches, List<Batch> inTable, int shards)
      throws IOException {
    Model model = new Model(batches, inTable);
    TestPipeline pipeline = Batches.pipeline();

    Found found = new Found(model.repeats);
    PAssert.that(found(pipeline, batches, inTable, shards)).satisfies(found::matches);

    List<RawBatch> marked = new ArrayList<>();
    for (Batch batch : batches) {
      marked.add(batch.raw(model.repeats.getOrDefault(batch.number(), Repeats.NONE)));
    }
    PCollection<CleanBatch> clean =
        pipeline
            .apply("Marked", Create.of(marked).withCoder(RawBatchCoder.of()))
            .apply("Clean again", CleanRecords.create());
    PAssert.that(clean.apply("Fates", ParDo.of(new FateFn()))).containsInAnyOrder(model.fates);
    PAssert.that(clean.apply("Once more", Deduplicate.over(shards))).empty();
    pipeline.run();
  }

  private static PCollection<KV<Integer, Repeats>> found(
      TestPipeline pipeline, List<Batch> batches, List<Batch> inTable, int shards)
      throws IOException {
    return pipeline
        .apply(
            "Raw",
            Create.of(batches.stream().map(batch -> (RawBatch) batch.raw(Repeats.NONE)).toList())
                .withCoder(RawBatchCoder.of()))
        .apply("Clean", CleanRecords.create())
        .apply(
            "Deduplicate",
            Deduplicate.over(shards)
                .after(
                    pipeline.apply(
                        "Keys in tables",
                        Create.of(keys(inTable, shards))
                            .withCoder(KvCoder.of(VarIntCoder.of(), KeyBlockCoder.of())))));
  }

  /** What came out, gathered by batch, against the model. */
  private record Found(Map<Integer, Repeats> expected) implements Serializable {

    Void matches(Iterable<KV<Integer, Repeats>> found) {
      Map<Integer, RepeatsBuilder> gathered = new HashMap<>();
      for (KV<Integer, Repeats> part : found) {
        assertThat(part.getValue().size()).isPositive();
        gathered
            .computeIfAbsent(part.getKey(), batch -> new RepeatsBuilder())
            .addAll(part.getValue());
      }
      Map<Integer, Repeats> actual = new HashMap<>();
      gathered.forEach((batch, repeats) -> actual.put(batch, repeats.build()));
      assertThat(actual).isEqualTo(expected);
      return null;
    }
  }

  /** The keys of rows as a table would give them: with the fingerprint, without an order. */
  private static List<KV<Integer, KeyBlock>> keys(List<Batch> inTable, int shards)
      throws IOException {
    List<KV<Integer, KeyBlock>> keys = new ArrayList<>();
    for (Batch rows : inTable) {
      Dataset<?> dataset = Datasets.named(rows.dataset());
      KeyShards spread =
          new KeyShards(
              dataset.name(),
              shards,
              KeyBlock.IN_TABLE,
              new SpillFile(),
              (shard, block) -> keys.add(KV.of(shard, block)));
      try (CleanBatch.Reader blocks =
          new CleanBatch(rows.raw(Repeats.NONE)).open(dataset.cleaner(Clock.systemUTC()))) {
        for (CleanBlock block = blocks.next(); block != null; block = blocks.next()) {
          LongColumn key =
              (LongColumn) block.rows().column(dataset.schema().indexOf(dataset.key()));
          LongColumn fingerprint =
              (LongColumn) block.rows().column(dataset.schema().indexOf(Lineage.FINGERPRINT));
          for (int row = 0; row < key.size(); row++) {
            spread.add(key.get(row), fingerprint.get(row), 0);
          }
        }
      }
      spread.finish();
    }
    return keys;
  }

  @Provide
  Arbitrary<List<Batch>> batches() {
    Arbitrary<Sent> sent =
        Arbitraries.frequencyOf(
            Tuple.of(12, row()),
            Tuple.of(2, Arbitraries.integers().between(0, 2).map(way -> other(Kind.REJECTED, way))),
            Tuple.of(1, Arbitraries.integers().between(0, 2).map(way -> other(Kind.BLANK, way))),
            Tuple.of(1, Arbitraries.of(other(Kind.OVERSIZE, 0))));
    return Combinators.combine(
            Arbitraries.of("pin", "geo", "user"),
            Arbitraries.integers().greaterOrEqual(0),
            sent.list().ofMaxSize(12).list().ofMaxSize(3))
        .as(Batch::new)
        .list()
        .uniqueElements(Batch::number)
        .ofMaxSize(8);
  }

  /** Rows of tables, where a key stands once. */
  @Provide
  Arbitrary<List<Batch>> inTable() {
    return Combinators.combine(
            Arbitraries.of("pin", "geo", "user"),
            row().list().uniqueElements(Sent::key).ofMaxSize(5))
        .as((dataset, rows) -> new Batch(dataset, 0, List.of(rows)))
        .list()
        .uniqueElements(Batch::dataset)
        .ofMaxSize(3);
  }

  private static Arbitrary<Sent> row() {
    return Combinators.combine(
            Arbitraries.of(0L, 1L, 2L, 3L, -1L, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 2))
        .as((key, content, way) -> new Sent(Kind.ROW, key, content, way));
  }

  private static Sent other(Kind kind, int way) {
    return new Sent(kind, 1, 0, way);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE})
  void keepsOneRowWhereAllHaveOneKey(long key) throws IOException {
    List<Sent> rows =
        IntStream.range(0, 3000).mapToObj(i -> new Sent(Kind.ROW, key, i % 2, i % 3)).toList();

    check(
        List.of(
            new Batch("geo", 1, List.of(rows.subList(1500, 3000))),
            new Batch("geo", 0, List.of(rows.subList(0, 1500)))),
        List.of(),
        4);
  }

  @Test
  void findsRepeatsInBatchesLargerThanABlockOfKeys() throws IOException {
    // one key in seven came before; of these one in two says something else
    List<Sent> rows =
        IntStream.range(0, 80_000)
            .mapToObj(i -> new Sent(Kind.ROW, i % 7 == 6 ? i - 6 : i, i % 7 == 6 ? i % 2 : 0, 0))
            .toList();
    Batch large =
        new Batch("user", 3, List.of(rows.subList(0, 50_000), rows.subList(50_000, 80_000)));
    Batch later = new Batch("user", 4, List.of(rows.subList(70_000, 70_100)));

    check(List.of(later, large), List.of(), 1);
  }

  @Test
  void findsNothingInNothing() throws IOException {
    check(List.of(), List.of(), 1);
    check(List.of(new Batch("pin", 0, List.of())), List.of(), 3);
  }

  @Test
  void refusesABatchWithANumberThatStandsForTheTable() {
    TestPipeline pipeline = Batches.pipeline();
    pipeline
        .apply(Create.<RawBatch>of(Batches.batch("geo", -1, "{}")).withCoder(RawBatchCoder.of()))
        .apply(CleanRecords.create())
        .apply(Deduplicate.over(1));

    assertThatThrownBy(pipeline::run)
        .isInstanceOf(PipelineExecutionException.class)
        .hasMessageContaining("Number batches from 0 on");
  }

  @Test
  void refusesToWorkWithoutAShard() {
    assertThatThrownBy(() -> Deduplicate.over(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 shards");
  }
}
