package io.pinpipeline.sql;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The questions as SQL, and the command {@code query}, have the same answers on Spark, on DuckDB
 * and on Beam. The system property {@code pinpipeline.lake} names another lake to ask.
 */
@ExtendWith(Fixtures.class)
class QueriesTest {

  private static final String PROPERTY = "pinpipeline.lake";
  private static final List<LakeTable> CLEAN =
      List.of(LakeTable.PIN, LakeTable.GEO, LakeTable.USER);

  private static Spark spark;
  private static Connection duckDb;
  private static JsonNode answers;

  @BeforeAll
  static void begin(Spark sharedSpark, TestLake sharedLake) throws IOException, SQLException {
    String own = System.getProperty(PROPERTY);
    TestLake lake = own == null ? sharedLake : new TestLake(Path.of(own), Path.of(own));
    answers =
        new ObjectMapper()
            .readTree(Bundle.run("query", "--lake=" + lake.folder(), "--format=json"));
    spark = sharedSpark;
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    spark.session().sql("CREATE DATABASE silver");
    duck("CREATE SCHEMA silver");
    for (LakeTable table : CLEAN) {
      spark
          .session()
          .sql(
              "CREATE TABLE silver.%s USING DELTA LOCATION '%s'"
                  .formatted(table.tableName(), lake.path(table)));
      duck(
          "CREATE VIEW silver.%s AS FROM read_parquet(%s)"
              .formatted(
                  table.tableName(),
                  lake.dataFiles(table).stream()
                      .map(file -> "'" + file.toString().replace("'", "''") + "'")
                      .collect(joining(", ", "[", "]"))));
    }
    for (String statement : statements("spark/views.sql")) {
      spark.session().sql(statement);
    }
    for (String statement : statements("duckdb/views.sql")) {
      duck(statement);
    }
  }

  @AfterAll
  static void end() throws SQLException {
    duckDb.close();
    spark.session().sql("DROP DATABASE silver CASCADE");
  }

  private static void duck(String sql) throws SQLException {
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(String file) throws IOException {
    try (InputStream in = QueriesTest.class.getResourceAsStream("/queries/" + file)) {
      assertThat(in).as(file).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> statements(String file) throws IOException {
    String code = text(file).lines().filter(line -> !line.startsWith("--")).collect(joining("\n"));
    return Arrays.stream(code.split(";")).filter(statement -> !statement.isBlank()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "top_category_by_country",
        "top_category_by_year",
        "top_poster_by_country",
        "country_of_top_poster",
        "top_category_by_age_group",
        "median_followers_by_age_group",
        "users_joined_by_year",
        "median_followers_by_join_year",
        "median_followers_by_join_year_and_age_group"
      })
  void haveTheSameAnswerEverywhere(String question) throws Exception {
    List<List<Object>> expected = new ArrayList<>();
    for (JsonNode row : answers.get(question)) {
      List<Object> values = new ArrayList<>();
      row.forEach(value -> values.add(value.isTextual() ? value.asText() : value.asLong()));
      expected.add(values);
    }
    assertThat(expected).doesNotHaveDuplicates().isNotEmpty();

    List<List<@Nullable Object>> ofSpark = new ArrayList<>();
    org.apache.spark.sql.Dataset<Row> answer = spark.session().sql(text(question + ".sql"));
    for (Row row : answer.collectAsList()) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < row.length(); i++) {
        values.add(value(row.get(i)));
      }
      ofSpark.add(values);
    }
    assertThat(ofSpark).as("Spark").containsExactlyInAnyOrderElementsOf(expected);
    assertThat(List.of(answer.columns())).isEqualTo(columns(question));

    List<List<@Nullable Object>> ofDuckDb = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet result = statement.executeQuery(text(question + ".sql"))) {
      while (result.next()) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          values.add(value(result.getObject(i)));
        }
        ofDuckDb.add(values);
      }
    }
    assertThat(ofDuckDb).as("DuckDB").containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<String> columns(String question) {
    List<String> columns = new ArrayList<>();
    Iterator<String> names = answers.get(question).get(0).fieldNames();
    names.forEachRemaining(columns::add);
    return columns;
  }

  private static @Nullable Object value(@Nullable Object value) {
    return value instanceof Number number ? (Object) number.longValue() : value;
  }

  @Test
  void areAllAskedHere() {
    assertThat(answers).hasSize(9);
  }
}
