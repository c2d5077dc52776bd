package io.pinpipeline.gateway.emulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pinpipeline.gateway.emulate.Database.Login;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for the posts of any database. */
abstract class DatabaseContract {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String EMOJI = "caf\u00e9 \ud83d\ude0d \"quoted\" \\ \n";

  /** A database, which has nothing but what these tests make. */
  abstract Login login();

  /** A name in SQL. */
  abstract String quoted(String name);

  final Connection connect() throws SQLException {
    return DriverManager.getConnection(login().url(), login().user(), login().password());
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        boolean unused = statement.execute(sql);
      }
    }
  }

  @BeforeEach
  void makeTables() throws SQLException {
    execute(
        "DROP TABLE IF EXISTS pinterest_data",
        "DROP TABLE IF EXISTS geolocation_data",
        "DROP TABLE IF EXISTS user_data",
        "CREATE TABLE pinterest_data ("
            + quoted("index")
            + " INT, unique_id VARCHAR(36), title VARCHAR(500), description VARCHAR(2000),"
            + " poster_name VARCHAR(100), follower_count VARCHAR(20), tag_list VARCHAR(500),"
            + " is_image_or_video VARCHAR(50), image_src VARCHAR(500), downloaded BOOLEAN,"
            + " save_location VARCHAR(100), category VARCHAR(50))",
        "CREATE TABLE geolocation_data (ind BIGINT, timestamp TIMESTAMP NULL,"
            + " latitude DOUBLE PRECISION, longitude DECIMAL(9,4), country VARCHAR(60))",
        "CREATE TABLE user_data (ind INT PRIMARY KEY, first_name VARCHAR(50),"
            + " last_name VARCHAR(50), age INT, date_joined VARCHAR(30), nickname VARCHAR(30))");
  }

  private void fill(LongStream keys) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement pin =
            connection.prepareStatement(
                "INSERT INTO pinterest_data (%s, title, downloaded) VALUES (?, ?, TRUE)"
                    .formatted(quoted("index")));
        PreparedStatement geo =
            connection.prepareStatement(
                "INSERT INTO geolocation_data VALUES (?, ?, -12.5, 7.2500, NULL)");
        PreparedStatement user =
            connection.prepareStatement(
                "INSERT INTO user_data VALUES (?, 'Maya', ?, 31, '2016-01-02 03:04:05', '')")) {
      for (long key : keys.toArray()) {
        pin.setLong(1, key);
        pin.setString(2, EMOJI);
        geo.setLong(1, key);
        geo.setTimestamp(2, Timestamp.valueOf("2020-08-28 03:52:00"));
        user.setLong(1, key);
        user.setString(2, "Stone");
        for (PreparedStatement insert : List.of(pin, geo, user)) {
          int unused = insert.executeUpdate();
        }
      }
    }
  }

  private static Map<String, List<Long>> keys(PostSource source, List<Long> from, int batch)
      throws IOException {
    Map<String, List<Long>> keys = new HashMap<>();
    List<Long> position = from;
    PostBatch next;
    while ((next = source.next(position, batch)) != null) {
      next.records()
          .forEach(
              (dataset, posts) ->
                  posts.forEach(
                      post ->
                          keys.computeIfAbsent(dataset, name -> new ArrayList<>())
                              .add(post.key())));
      position = next.after();
    }
    return keys;
  }

  @Test
  void valuesAreThoseOfTheWire() throws Exception {
    fill(LongStream.of(7));
    try (PostSource source = new SequentialRows(Database.open(login()), Long.MAX_VALUE)) {
      PostBatch post = source.next(source.begin(), 10);
      assertThat(post).isNotNull();
      JsonNode pin = JSON.readTree(post.records().get("pin").get(0).value());
      assertThat(pin.fieldNames())
          .toIterable()
          .containsExactly(
              "index",
              "unique_id",
              "title",
              "description",
              "poster_name",
              "follower_count",
              "tag_list",
              "is_image_or_video",
              "image_src",
              "downloaded",
              "save_location",
              "category");
      assertThat(pin.get("index")).isEqualTo(JSON.readTree("7"));
      assertThat(pin.get("title").asText()).isEqualTo(EMOJI);
      assertThat(pin.get("downloaded")).isEqualTo(JSON.readTree("1"));
      assertThat(pin.get("category").isNull()).isTrue();
      assertThat(JSON.readTree(post.records().get("geo").get(0).value()))
          .isEqualTo(
              JSON.readTree(
                  "{\"ind\":7,\"timestamp\":\"2020-08-28T03:52:00\",\"latitude\":-12.5,\"longitude\":7.25,\"country\":null}"));
      assertThat(JSON.readTree(post.records().get("user").get(0).value()))
          .isEqualTo(
              JSON.readTree(
                  "{\"ind\":7,\"first_name\":\"Maya\",\"last_name\":\"Stone\",\"age\":31,\"date_joined\":\"2016-01-02 03:04:05\",\"nickname\":\"\"}"));
    }
  }

  @Test
  void inOrderEveryRowComesOnceInPagesOfAnySize() throws Exception {
    fill(LongStream.range(-3, 40).map(key -> key * 5));
    // keys that are there several times must not be parted by a page's end
    for (int copy = 0; copy < 5; copy++) {
      execute("INSERT INTO geolocation_data (ind, country) VALUES (20, 'Chad')");
    }
    execute("DELETE FROM user_data WHERE ind < 50", "DELETE FROM user_data WHERE ind > 150");
    try (PostSource source = new SequentialRows(Database.open(login()), Long.MAX_VALUE)) {
      for (int batch : new int[] {1, 2, 3, 7, 100}) {
        Map<String, List<Long>> keys = keys(source, source.begin(), batch);
        assertThat(keys.get("pin"))
            .containsExactlyElementsOf(LongStream.range(-3, 40).mapToObj(key -> key * 5).toList());
        assertThat(keys.get("geo")).hasSize(48).isSorted().containsAll(keys.get("pin"));
        assertThat(keys.get("user"))
            .containsExactlyElementsOf(
                LongStream.rangeClosed(10, 30).mapToObj(k -> k * 5).toList());
      }
    }
  }

  @Test
  void inOrderItGoesOnFromAPosition() throws Exception {
    fill(LongStream.range(0, 20));
    try (PostSource source = new SequentialRows(Database.open(login()), 15)) {
      PostBatch first = source.next(source.begin(), 6);
      assertThat(first).isNotNull();
      assertThat(source.progress(first.after())).isEqualTo("6 posts");
      assertThat(source.share(source.begin())).hasValue(0);
      assertThat(source.share(first.after())).hasValue(6 / 15.0);
      assertThat(keys(source, first.after(), 4).get("pin"))
          .containsExactlyElementsOf(LongStream.range(6, 15).boxed().toList());
    }
  }

  @Test
  void atRandomPostsComeAgainAndAgain() throws Exception {
    fill(LongStream.range(0, 12).map(key -> key * 1000));
    try (PostSource source = new RandomRows(Database.open(login()), 1, 200)) {
      Map<String, List<Long>> keys = keys(source, source.begin(), 7);
      Set<Long> different = new HashSet<>(keys.get("pin"));
      assertThat(keys.get("pin"))
          .hasSize(200)
          .isNotEqualTo(keys.get("pin").stream().sorted().toList());
      assertThat(different).hasSizeGreaterThan(8);
      assertThat(keys.get("geo")).isEqualTo(keys.get("pin"));
      assertThat(keys.get("user")).isEqualTo(keys.get("pin"));

      assertThat(keys(source, List.of(150L), 1).get("pin"))
          .isEqualTo(keys.get("pin").subList(150, 200));
    }
    try (PostSource other = new RandomRows(Database.open(login()), 2, 200)) {
      assertThat(keys(other, other.begin(), 7).get("pin")).hasSize(200);
      assertThat(keys(other, other.begin(), 7))
          .isEqualTo(keys(other, other.begin(), 50))
          .isNotEqualTo(Map.of());
    }
  }

  @Test
  void emptyTablesHaveNoPosts() throws Exception {
    try (PostSource random = new RandomRows(Database.open(login()), 1, 9);
        PostSource inOrder = new SequentialRows(Database.open(login()), 9)) {
      assertThat(random.next(random.begin(), 5)).isNull();
      assertThat(inOrder.next(inOrder.begin(), 5)).isNull();
    }
  }

  @Test
  void tellsAllThatIsWrongWithTheTables() throws Exception {
    execute(
        "DROP TABLE pinterest_data",
        "DROP TABLE geolocation_data",
        "CREATE TABLE geolocation_data (ind VARCHAR(10))",
        "DROP TABLE user_data",
        "CREATE TABLE user_data (id INT)");
    assertThatThrownBy(() -> Database.open(login()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no table pinterest_data")
        .hasMessageContaining("the column ind of geolocation_data is a")
        .hasMessageContaining("user_data has no column ind");
  }

  @Test
  void refusesRowsWithoutAKey() throws Exception {
    execute("INSERT INTO geolocation_data (country) VALUES ('Chad')");
    assertThatThrownBy(() -> Database.open(login()))
        .hasMessageContaining("geolocation_data has rows without ind");
  }

  @Test
  void tellsThatItCannotLogIn() {
    Login wrong = new Login(login().url(), "nobody", "wrong", null);
    assertThatThrownBy(() -> Database.open(wrong))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be opened")
        .hasMessageContaining("Check that it runs");
  }

  @Test
  void goesOnWithANewConnectionWhereItsOwnIsLost() throws Exception {
    fill(LongStream.range(0, 4));
    try (Database database = Database.open(login())) {
      PostSource source = new SequentialRows(database, Long.MAX_VALUE);
      loseConnections();
      assertThat(keys(source, source.begin(), 2).get("pin"))
          .containsExactlyElementsOf(IntStream.range(0, 4).mapToObj(i -> (long) i).toList());
    }
  }

  /** Ends all connections on the database's side. */
  abstract void loseConnections() throws SQLException;
}
