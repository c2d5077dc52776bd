package io.pinpipeline.sql;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.sql.LakeTable.Leaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Spark and Delta's own library read the tables, and may rewrite them. */
@ExtendWith(Fixtures.class)
class SparkReadsTablesTest {

  private static final String VECTORIZED = "spark.sql.parquet.enableVectorizedReader";
  private static final String RETENTION_CHECK =
      "spark.databricks.delta.retentionDurationCheck.enabled";
  private static final List<LakeTable> CLEAN =
      List.of(LakeTable.PIN, LakeTable.GEO, LakeTable.USER);

  private static Spark spark;
  private static TestLake lake;
  private static Map<String, String> digests;

  @BeforeAll
  static void begin(Spark sharedSpark, TestLake sharedLake) {
    spark = sharedSpark;
    lake = sharedLake;
    digests = lake.digests();
  }

  @ParameterizedTest
  @EnumSource
  void seesTheColumns(LakeTable table) {
    List<Leaf> seen = new ArrayList<>();
    for (StructField field : spark.read(lake.path(table)).schema().fields()) {
      if (field.dataType() instanceof StructType struct) {
        for (StructField member : struct.fields()) {
          seen.add(leaf(field.name() + "." + member.name(), member));
        }
        assertThat(field.nullable()).as(field.name()).isTrue();
      } else {
        seen.add(leaf(field.name(), field));
      }
    }
    assertThat(seen).isEqualTo(table.leaves());
  }

  private static Leaf leaf(String path, StructField field) {
    String type = field.dataType().typeName();
    return new Leaf(path, type.equals("integer") ? "int" : type, !field.nullable());
  }

  @ParameterizedTest
  @EnumSource
  void readsTheRowsThatTheDigestIsOver(LakeTable table) {
    assertThat(digest(lake, table)).isEqualTo(digests.get(table.tableName()));
  }

  /** Spark has two readers of Parquet: one of columns, and that of parquet-java, row by row. */
  @ParameterizedTest
  @EnumSource
  void readsTheSameRowByRow(LakeTable table) {
    spark.session().conf().set(VECTORIZED, false);
    try {
      assertThat(digest(lake, table)).isEqualTo(digests.get(table.tableName()));
    } finally {
      spark.session().conf().unset(VECTORIZED);
    }
  }

  private static String digest(TestLake of, LakeTable table) {
    return RowDigest.of(table.digested(), spark.rows(of.path(table), table.digested()));
  }

  @Test
  void countsWhatTheBooksSay() throws IOException {
    for (LakeTable table : CLEAN) {
      String dataset = table.tableName();
      assertThat(spark.read(lake.path(table)).count())
          .as(dataset)
          .isEqualTo(lake.booked(dataset, "clean"))
          .isPositive();
      assertThat(
              spark
                  .read(lake.path(LakeTable.DEAD_LETTER))
                  .where("dataset = '" + dataset + "'")
                  .count())
          .as("dead letters of " + dataset)
          .isEqualTo(lake.booked(dataset, "deadLetters"))
          .isPositive();
    }
  }

  @Test
  void readsWhatWasSent() {
    assertThat(known(LakeTable.PIN))
        .containsExactly(
            Arrays.asList(
                3000000001L,
                "fbe53c66-3442-4773-b19e-d3ec6f54dddf",
                null,
                "Grün 😍 \"x\" \0",
                1500,
                null,
                "a,b",
                "image",
                null,
                "/data/art",
                "art",
                "{\"board\":{\"id\":7}}"));
    assertThat(known(LakeTable.GEO))
        .containsExactly(
            Arrays.asList(
                3000000001L,
                "Åland",
                -0.5,
                180.0,
                Instant.parse("2018-03-31T01:30:00.123456Z"),
                null),
            Arrays.asList(
                3000000002L, null, null, null, Instant.parse("1969-12-31T23:59:59.5Z"), null),
            Arrays.asList(
                3000000003L, null, 0.001, null, Instant.parse("0001-01-01T00:00:00Z"), null),
            Arrays.asList(
                3000000004L, null, null, null, Instant.parse("9999-12-31T23:59:59.999999Z"), null));
    assertThat(known(LakeTable.USER))
        .containsExactly(
            Arrays.asList(
                3000000001L, "Ada Lovelace", 36, Instant.parse("1852-11-27T00:00:00Z"), null),
            Arrays.asList(3000000002L, "K.", 0, null, null));
  }

  private static List<List<Object>> known(LakeTable table) {
    return Spark.rows(
        spark.read(lake.path(table)).where("ind > 3000000000").orderBy("ind"), table.digested());
  }

  @Test
  void tellsStructsThatAreAbsentFromThoseThatHoldNulls() {
    Dataset<Row> geo = spark.read(lake.path(LakeTable.GEO));
    assertThat(ind(geo.where("coordinates IS NULL AND ind > 3000000000")))
        .containsExactly(3000000002L, 3000000004L);
    assertThat(
            geo.where(
                    "(coordinates IS NULL) != (coordinates.latitude IS NULL AND"
                        + " coordinates.longitude IS NULL)")
                .count())
        .isZero();
    assertThat(geo.where("_source IS NULL OR _source.partition IS NOT NULL").count()).isZero();
  }

  private static List<Long> ind(Dataset<Row> rows) {
    return rows.select("ind").orderBy("ind").collectAsList().stream()
        .map(row -> row.getLong(0))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"PIN, ind", "PIN, description", "GEO, timestamp", "GEO, coordinates.latitude"})
  void skipsFilesWithoutLosingRows(LakeTable table, String column) {
    Path path = lake.path(table);
    List<Row> values = spark.read(path).select(column).collectAsList();
    List<Row> bounds =
        spark
            .read(path)
            .groupBy("_metadata.file_name")
            .agg(expr("min(" + column + ")"), expr("max(" + column + ")"))
            .selectExpr("explode(array(`min(%1$s)`, `max(%1$s)`))".formatted(column))
            .distinct()
            .collectAsList();
    assertThat(bounds).hasSizeGreaterThan(2);
    int files = spark.read(path).inputFiles().length;
    int skipped = 0;
    for (Row bound : bounds) {
      Dataset<Row> found = spark.read(path).where(col(column).equalTo(lit(bound.get(0))));
      assertThat(found.select(column).collectAsList())
          .hasSize(Collections.frequency(values, bound))
          .containsOnly(bound);
      skipped += files - found.inputFiles().length;
    }
    assertThat(skipped).isPositive();
  }

  /**
   * Rows are deleted by deletion vectors from one table, the files of another are rewritten, and a
   * third has both. Then all input comes again, as new objects: what was deleted is new, and all
   * else a duplicate of what Spark wrote or left.
   */
  @Test
  void changesTablesThatStayOurs(@TempDir Path temporary) throws IOException {
    TestLake changed = lake.copyTo(temporary.resolve("lake"));
    deleteSome(changed, LakeTable.PIN);
    deleteSome(changed, LakeTable.USER);
    optimize(changed, LakeTable.USER);
    optimize(changed, LakeTable.GEO);
    optimize(changed, LakeTable.DEAD_LETTER);

    Map<String, String> smaller = changed.digests();
    Map<String, Long> rows = changed.rows();
    for (LakeTable table : LakeTable.values()) {
      String name = table.tableName();
      boolean deleted = table == LakeTable.PIN || table == LakeTable.USER;
      assertThat(smaller.get(name)).isEqualTo(digest(changed, table));
      assertThat(smaller.get(name).equals(digests.get(name))).as(name).isEqualTo(!deleted);
      assertThat(rows.get(name)).isEqualTo(spark.read(changed.path(table)).count());
    }

    changed.clean(lake.inputsAgain(temporary.resolve("again")));
    Map<String, String> again = changed.digests();
    for (LakeTable table : CLEAN) {
      assertThat(again.get(table.tableName()))
          .isEqualTo(digests.get(table.tableName()))
          .isEqualTo(digest(changed, table));
    }
    assertThat(spark.read(changed.path(LakeTable.DEAD_LETTER)).count())
        .isEqualTo(2 * rows.get(LakeTable.DEAD_LETTER.tableName()));
  }

  /** In the file that Spark makes of all only the column tells whose the dead letters are. */
  /** Rows are deleted and files rewritten by Spark, whose own vacuum tells what has to go then. */
  @Test
  void agreesOnWhatAVacuumRemoves(@TempDir Path temporary) throws IOException {
    TestLake changed = lake.copyTo(temporary.resolve("lake"));
    optimize(changed, LakeTable.GEO);
    deleteSome(changed, LakeTable.GEO);
    deleteSome(changed, LakeTable.USER);
    // replaces the deletion vectors
    spark.sql("DELETE FROM %s WHERE ind %% 5 = 0", changed.path(LakeTable.USER));
    optimize(changed, LakeTable.DEAD_LETTER);
    for (LakeTable table : LakeTable.values()) {
      Path orphan = changed.path(table).resolve("part-of-a-killed-run.parquet");
      Files.copy(changed.dataFiles(table).get(0), orphan);
    }
    Map<String, String> before = changed.digests();
    String kept = Bundle.run("vacuum", "--lake=" + changed.folder(), "--olderThan=0s", "--dryRun");
    assertThat(kept).contains("To be removed: " + LakeTable.values().length + " files");

    Set<String> doomed = new TreeSet<>();
    spark.session().conf().set(RETENTION_CHECK, false);
    try {
      for (LakeTable table : LakeTable.values()) {
        spark.sql(
            "ALTER TABLE %s SET TBLPROPERTIES"
                + " ('delta.deletedFileRetentionDuration' = 'interval 0 seconds')",
            changed.path(table));
        spark
            .sql("VACUUM %s RETAIN 0 HOURS DRY RUN", changed.path(table))
            .collectAsList()
            .forEach(row -> doomed.add(row.getString(0).replaceFirst("^file:/+", "file:///")));
      }
    } finally {
      spark.session().conf().unset(RETENTION_CHECK);
    }
    String removed = Bundle.run("vacuum", "--lake=" + changed.folder(), "--olderThan=0s");
    assertThat(
            removed
                .lines()
                .filter(line -> line.contains("file:///"))
                .map(line -> line.substring(line.indexOf("file:///"))))
        .containsExactlyInAnyOrderElementsOf(doomed)
        .hasSizeGreaterThan(LakeTable.values().length);
    assertThat(changed.digests()).isEqualTo(before);
    for (LakeTable table : LakeTable.values()) {
      assertThat(digest(changed, table)).isEqualTo(before.get(table.tableName()));
    }
  }

  @Test
  void mixesDeadLettersThatCanBeToldApart(@TempDir Path temporary) throws IOException {
    TestLake changed = lake.copyTo(temporary.resolve("lake"));
    optimize(changed, LakeTable.DEAD_LETTER);
    assertThat(changed.digests()).isEqualTo(digests);

    changed.cleanAnew();
    assertThat(changed.digests()).isEqualTo(digests);
    assertThat(digest(changed, LakeTable.DEAD_LETTER))
        .as("none is left that does not count")
        .isEqualTo(digests.get(LakeTable.DEAD_LETTER.tableName()));
  }

  private static void deleteSome(TestLake changed, LakeTable table) throws IOException {
    List<Path> files = changed.dataFiles(table);
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')",
        changed.path(table));
    spark.sql("DELETE FROM %s WHERE ind %% 3 = 0", changed.path(table));
    assertThat(changed.dataFiles(table)).as("none is rewritten").hasSameElementsAs(files);
  }

  private static void optimize(TestLake changed, LakeTable table) throws IOException {
    assertThat(changed.dataFiles(table)).hasSizeGreaterThan(1);
    spark.sql("OPTIMIZE %s", changed.path(table));
    assertThat(changed.dataFiles(table)).hasSize(1);
  }
}
