package io.pinpipeline.sql;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.sql.LakeTable.Leaf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DuckDB reads the Parquet files of the tables, by another implementation of Parquet than Java's.
 */
@ExtendWith(Fixtures.class)
class DuckDbReadsFilesTest {

  private static final Map<String, String> TYPES =
      Map.of(
          "long", "BIGINT",
          "int", "INTEGER",
          "double", "DOUBLE",
          "string", "VARCHAR",
          "binary", "BLOB",
          "timestamp", "TIMESTAMP WITH TIME ZONE");

  private static TestLake lake;
  private static Spark spark;
  private static Map<String, String> digests;
  private static Connection duckDb;

  @BeforeAll
  static void begin(TestLake sharedLake, Spark sharedSpark) throws SQLException {
    lake = sharedLake;
    spark = sharedSpark;
    digests = lake.digests();
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
  }

  @AfterAll
  static void end() throws SQLException {
    duckDb.close();
  }

  @ParameterizedTest
  @EnumSource
  void seesTheColumns(LakeTable table) throws Exception {
    assertThat(select("column_name FROM (DESCRIBE SELECT * FROM " + files(table) + ")"))
        .isEqualTo(
            table.leaves().stream()
                .map(leaf -> leaf.path().replaceFirst("\\..*", ""))
                .distinct()
                .map(List::of)
                .toList());
    String types =
        table.leaves().stream().map(leaf -> "typeof(" + leaf.path() + ")").collect(joining(", "));
    assertThat(select("DISTINCT " + types + " FROM " + files(table)))
        .isEqualTo(List.of(table.leaves().stream().map(leaf -> TYPES.get(leaf.type())).toList()));
  }

  @ParameterizedTest
  @EnumSource
  void readsTheRowsThatSparkReads(LakeTable table) throws Exception {
    assertThat(sorted(rows(table, table.leaves())))
        .isEqualTo(sorted(spark.rows(lake.path(table), table.leaves())));
  }

  private static List<String> sorted(List<List<@Nullable Object>> rows) {
    return rows.stream().map(List::toString).sorted().toList();
  }

  @ParameterizedTest
  @EnumSource
  void readsTheRowsThatTheDigestIsOver(LakeTable table) throws Exception {
    assertThat(RowDigest.of(table.digested(), rows(table, table.digested())))
        .isEqualTo(digests.get(table.tableName()));
  }

  @ParameterizedTest
  @CsvSource({
    "PIN, ind",
    "PIN, description",
    "PIN, follower_count",
    "GEO, timestamp",
    "GEO, coordinates.latitude",
    "USER, date_joined",
    "USER, user_name"
  })
  void findsRowsThroughStatistics(LakeTable table, String column) throws Exception {
    List<List<@Nullable Object>> bounds =
        select(
            "DISTINCT unnest([min(%1$s), max(%1$s)]) FROM read_parquet(%2$s, filename = true) GROUP BY filename"
                .formatted(column, list(table)));
    assertThat(bounds).hasSizeGreaterThan(2);
    List<List<@Nullable Object>> all = select(column + " FROM " + files(table));
    for (List<@Nullable Object> bound : bounds) {
      assertThat(
              select(
                  "count(*) FROM %s WHERE %s = %s"
                      .formatted(files(table), column, constant(bound.get(0)))))
          .as("%s", bound)
          .isEqualTo(List.of(List.of((long) Collections.frequency(all, bound))));
    }
  }

  /** What DuckDB folds into a constant, and compares with a file's statistics. */
  private static String constant(@Nullable Object value) {
    if (value instanceof String text) {
      return "decode(unhex('"
          + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))
          + "'))";
    } else if (value instanceof Instant instant) {
      return "make_timestamptz(" + RowDigest.micros(instant) + ")";
    }
    return value + (value instanceof Double ? "::DOUBLE" : "");
  }

  private static String files(LakeTable table) throws IOException {
    return "read_parquet(" + list(table) + ")";
  }

  private static String list(LakeTable table) throws IOException {
    return lake.dataFiles(table).stream()
        .map(file -> "'" + file.toString().replace("'", "''") + "'")
        .collect(joining(", ", "[", "]"));
  }

  private static List<List<@Nullable Object>> rows(LakeTable table, List<Leaf> columns)
      throws IOException, SQLException {
    String paths =
        columns.stream()
            .map(
                leaf ->
                    leaf.type().equals("binary") ? "lower(hex(" + leaf.path() + "))" : leaf.path())
            .collect(joining(", "));
    return select(paths + " FROM " + files(table));
  }

  /** The rows of a query, with points in time as Spark gives them. */
  private static List<List<@Nullable Object>> select(String query) throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet result = statement.executeQuery("SELECT " + query)) {
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          Object value = result.getObject(i);
          row.add(value instanceof OffsetDateTime time ? time.toInstant() : value);
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
