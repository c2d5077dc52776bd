package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryCommandTest {

  @TempDir static Path folder;

  /** One that no test changes. */
  private static Path shared;

  private Path lake = shared;

  @BeforeAll
  static void makeLake() throws IOException {
    shared = folder.resolve("lake");
    cleanFirst(shared);
  }

  private static void cleanFirst(Path lake) throws IOException {
    clean(
        lake,
        "first",
        """
        {"index":1,"category":"art","poster_name":"Ann \\"A\\", Ltd","follower_count":"12k"}
        {"index":2,"category":"travel","poster_name":"Bob","follower_count":"10"}
        {"index":3,"category":"travel","poster_name":"Bob","follower_count":"30"}
        """,
        """
        {"ind":1,"country":"Chad","timestamp":"2018-01-01T00:00:00"}
        {"ind":2,"country":"Chad","timestamp":"2019-01-01T00:00:00"}
        {"ind":3,"country":"Peru","timestamp":"2019-01-01T00:00:00"}
        """,
        """
        {"ind":2,"first_name":"Eve","age":20,"date_joined":"2015-01-01T00:00:00"}
        {"ind":3,"first_name":"Eve","age":20,"date_joined":"2015-01-01T00:00:00"}
        """);
  }

  private static void clean(Path lake, String name, String pins, String geos, String users)
      throws IOException {
    Path raw = Files.createDirectories(lake.resolveSibling(lake.getFileName() + "-" + name));
    Files.writeString(raw.resolve("pin.jsonl"), pins);
    Files.writeString(raw.resolve("geo.jsonl"), geos);
    Files.writeString(raw.resolve("user.jsonl"), users);
    Outcome.good("clean", "--input=" + raw, "--lake=" + lake);
  }

  private Outcome query(String... arguments) {
    List<String> all = new ArrayList<>(List.of("query", "--lake=" + lake));
    all.addAll(List.of(arguments));
    return Outcome.good(all.toArray(String[]::new));
  }

  @Test
  void answersAllQuestions() {
    assertThat(query().out().lines().map(String::strip))
        .containsExactly(
            """
            Most popular category in each country (top_category_by_country)
            country  category  category_count
            Chad     art                    1
            Chad     travel                 1
            Peru     travel                 1

            Most popular category of each year of posting (top_category_by_year)
            post_year  category  category_count
            2018  art                    1
            2019  travel                 2

            Poster with the most followers in each country (top_poster_by_country)
            country  poster_name   follower_count
            Chad     Ann "A", Ltd          12,000
            Peru     Bob                       30

            Country of the poster with the most followers (country_of_top_poster)
            country  follower_count
            Chad             12,000

            Most popular category of each age group (top_category_by_age_group)
            age_group  category  category_count
            18-24      travel                 2

            Median follower count of each age group (median_followers_by_age_group)
            age_group  median_follower_count
            18-24                         10

            Users who joined in each year (users_joined_by_year)
            join_year  number_users_joined
            2015                    1

            Median follower count by the year of joining (median_followers_by_join_year)
            join_year  median_follower_count
            2015                     10

            Median follower count by the year of joining and age group\
             (median_followers_by_join_year_and_age_group)
            join_year  age_group  median_follower_count
            2015  18-24                         10
            """
                .lines()
                .toArray(String[]::new));
  }

  @Test
  void answersForPrograms() {
    assertThat(query("top_poster_by_country", "--format=csv").out())
        .isEqualTo(
            """
            country,poster_name,follower_count\r
            Chad,"Ann ""A"", Ltd",12000\r
            Peru,Bob,30\r
            """);
    assertThat(
            query("users_joined_by_year", "country_of_top_poster", "--format=json")
                .out()
                .replaceAll("\\s", ""))
        .isEqualTo(
            "{\"country_of_top_poster\":[{\"country\":\"Chad\",\"follower_count\":12000}],"
                + "\"users_joined_by_year\":[{\"join_year\":2015,\"number_users_joined\":1}]}");
  }

  private List<String> gold(Question question) throws IOException {
    List<String> rows = new ArrayList<>();
    try (LocalStorage storage = new LocalStorage()) {
      TableSnapshot table =
          DeltaTable.at(storage, new Lake(Location.ofPath(lake)).gold(question.id()))
              .latest()
              .orElseThrow();
      rows.add("version " + table.version());
      try (TableReader reader =
          table.read(question.schema().columns().stream().map(ColumnSpec::path).toList())) {
        while (reader.next()) {
          for (int row = 0; row < reader.block().rows(); row++) {
            Values values = new Values(reader.block(), row);
            List<String> cells = new ArrayList<>();
            for (int column = 0; column < reader.block().columns().size(); column++) {
              cells.add(values.show(column));
            }
            rows.add(String.join(" ", cells));
          }
        }
      }
    }
    return rows;
  }

  @Test
  void storesAnswersInThePlaceOfEarlierOnes() throws IOException {
    lake = folder.resolve("written");
    cleanFirst(lake);
    query("--write");
    assertThat(gold(Question.TOP_CATEGORY_BY_COUNTRY))
        .containsExactly("version 0", "Chad art 1", "Chad travel 1", "Peru travel 1");
    assertThat(gold(Question.USERS_JOINED_BY_YEAR)).containsExactly("version 0", "2015 1");

    clean(
        lake,
        "second",
        "{\"index\":4,\"category\":\"art\"}",
        "{\"ind\":4,\"country\":\"Chad\"}",
        "{\"ind\":9}");
    Outcome outcome = query("--write", "top_category_by_country");
    assertThat(outcome.err()).contains("gold/top_category_by_country version 1: 2 rows");
    assertThat(gold(Question.TOP_CATEGORY_BY_COUNTRY))
        .containsExactly("version 1", "Chad art 2", "Peru travel 1");
    assertThat(gold(Question.USERS_JOINED_BY_YEAR)).containsExactly("version 0", "2015 1");
  }

  @Test
  void storesAnswersWithoutRows() throws IOException {
    lake = folder.resolve("other");
    clean(lake, "nothing", "{\"index\":1}", "{\"ind\":1}", "{\"ind\":1}");
    assertThat(query("--write", "--format=json", "top_category_by_year").out().strip())
        .isEqualTo("{\n  \"top_category_by_year\" : [ ]\n}");
    assertThat(gold(Question.TOP_CATEGORY_BY_YEAR)).containsExactly("version 0");
  }

  @Test
  void leavesNothingBehind() throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    query("users_joined_by_year", "--tempLocation=" + temporary);
    assertThat(temporary).isEmptyDirectory();
    assertThat(lake.resolve("gold")).doesNotExist();
  }

  @Test
  void saysWhichTableIsMissing() {
    Outcome outcome = Outcome.of("query", "--lake=" + folder.resolve("none"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("pinpipeline: There is no table ")
        .contains("none/silver/", "pinpipeline clean --input=");
  }

  @Test
  void namesAllFaultsOfItsOptions() {
    Outcome outcome =
        Outcome.of(
            "query", "--lake=ftp://x", "top_category", "--format=csv", "--runner=spark", "--bogus");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(
            "--lake: ",
            "QUESTION: there is no question 'top_category'; the questions are"
                + " top_category_by_country, top_category_by_year",
            "--runner: this bundle runs on",
            "unknown option --bogus");
    Outcome several = Outcome.of("query", "--lake=x", "--format=csv");
    assertThat(several.exitCode()).isEqualTo(2);
    assertThat(several.err()).contains("--format: csv has room for one table");
  }
}
