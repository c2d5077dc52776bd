package io.pinpipeline.gateway.emulate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The database with the tables {@code pinterest_data}, {@code geolocation_data} and {@code
 * user_data}. It is asked in SQL that any database knows, for few rows at a time.
 */
public final class Database implements Closeable {

  /** The tables' names, which dataset each holds, and the column with the key. */
  private static final List<Known> KNOWN =
      List.of(
          new Known("pinterest_data", "pin", "index"),
          new Known("geolocation_data", "geo", "ind"),
          new Known("user_data", "user", "ind"));

  private static final int SECONDS_TO_ANSWER = 5;

  /** Text as ASCII with escapes, which can hold whatever a database's text holds. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /**
   * How to reach a database.
   *
   * @param url such as {@code jdbc:mariadb://127.0.0.1:3306/pinterest}
   * @param driverJar where a driver is that is not part of this program
   */
  public record Login(
      String url, @Nullable String user, @Nullable String password, @Nullable Path driverJar) {

    String place() {
      return Database.place(url);
    }
  }

  /** A table as it is known everywhere. */
  private record Known(String name, String dataset, String key) {}

  /**
   * A table that was found.
   *
   * @param name its name in SQL
   * @param keyName the key's column as the database calls it
   * @param key the same in SQL
   */
  record Table(String name, String dataset, String keyName, String key) {}

  /** What can be asked of a table. */
  enum Condition {
    FROM(" >= ?"),
    BEHIND(" > ?"),
    IS(" = ?");

    private final String sql;

    Condition(String sql) {
      this.sql = sql;
    }
  }

  private final Login login;
  private final Driver driver;
  private final boolean lowerCase;
  private final List<Table> tables = new ArrayList<>();
  private Connection connection;

  private Database(Login login, Driver driver, Connection connection) throws SQLException {
    this.login = login;
    this.driver = driver;
    this.connection = connection;
    lowerCase = connection.getMetaData().storesUpperCaseIdentifiers();
  }

  /** A URL as far as it says where the database is; what follows may be a password. */
  public static String place(String url) {
    return url.split("[?;]", 2)[0];
  }

  /**
   * Connects, and finds the three tables.
   *
   * @throws IOException with all that is wrong, if the database cannot be reached or a table or its
   *     key is missing
   */
  @SuppressWarnings("MustBeClosedChecker") // closed with the database, or below
  public static Database open(Login login) throws IOException {
    Driver driver = driver(login);
    Connection connection;
    try {
      connection = connect(driver, login);
    } catch (SQLException e) {
      throw new IOException(
          "The database %s cannot be opened: %s. Check that it runs, the URL, --user and --passwordFile."
              .formatted(login.place(), told(e)),
          e);
    }
    try {
      Database database = new Database(login, driver, connection);
      database.findTables();
      return database;
    } catch (SQLException e) {
      close(connection, e);
      throw new IOException(
          "The database %s does not tell of its tables: %s. Check the rights of --user, and that the URL names the database."
              .formatted(login.place(), told(e)),
          e);
    } catch (IOException | RuntimeException e) {
      close(connection, e);
      throw e;
    }
  }

  private static void close(Connection connection, Exception failure) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static Driver driver(Login login) throws IOException {
    ClassLoader classes = Database.class.getClassLoader();
    if (login.driverJar() != null) {
      // open as long as the driver is in use, which is until the end
      classes = new URLClassLoader(new URL[] {login.driverJar().toUri().toURL()}, classes);
    }
    try {
      for (Driver driver : ServiceLoader.load(Driver.class, classes)) {
        if (driver.acceptsURL(login.url())) {
          return driver;
        }
      }
    } catch (SQLException e) {
      throw new IOException(
          "The URL %s is wrong: %s. Write it as the driver's documentation says."
              .formatted(login.place(), told(e)),
          e);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IOException(
          "A driver cannot be loaded: %s. Give one with --driver that is for this Java, %s."
              .formatted(e.getMessage(), Runtime.version().feature()),
          e);
    }
    throw new IOException(
        "No driver knows the URL %s. Here is one for jdbc:mariadb: only; give the database's own with --driver=FILE.jar."
            .formatted(login.place()));
  }

  private static Connection connect(Driver driver, Login login) throws SQLException {
    Properties properties = new Properties();
    if (login.user() != null) {
      properties.setProperty("user", login.user());
    }
    if (login.password() != null) {
      properties.setProperty("password", login.password());
    }
    Connection connection =
        Objects.requireNonNull(
            driver.connect(login.url(), properties), "a driver that has its URL");
    connection.setReadOnly(true);
    return connection;
  }

  private void findTables() throws IOException, SQLException {
    List<String> faults = new ArrayList<>();
    DatabaseMetaData database = connection.getMetaData();
    String quote = database.getIdentifierQuoteString().strip();
    for (Known table : KNOWN) {
      String name = nameOf(table, database);
      if (name == null) {
        faults.add("there is no table " + table.name());
        continue;
      }
      String quoted = quote + name + quote;
      String key = keyOf(table, quoted, faults);
      if (key == null) {
        continue;
      }
      Table found = new Table(quoted, table.dataset(), key, quote + key + quote);
      if (hasRowWithoutKey(found)) {
        faults.add(
            "%s has rows without %s; give them one, or delete them"
                .formatted(table.name(), table.key()));
      }
      tables.add(found);
    }
    if (!faults.isEmpty()) {
      throw new IOException(
          "The database %s is none of posts: %s."
              .formatted(login.place(), String.join("; ", faults)));
    }
  }

  /** A table's name as the database writes it. */
  private @Nullable String nameOf(Known table, DatabaseMetaData database) throws SQLException {
    try (ResultSet all =
        database.getTables(connection.getCatalog(), connection.getSchema(), "%", null)) {
      while (all.next()) {
        String name = all.getString("TABLE_NAME");
        if (table.name().equalsIgnoreCase(name)) {
          return name;
        }
      }
    }
    return null;
  }

  private @Nullable String keyOf(Known table, String quoted, List<String> faults)
      throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT * FROM " + quoted + " WHERE 1 = 0");
        ResultSet none = statement.executeQuery()) {
      ResultSetMetaData columns = none.getMetaData();
      for (int column = 1; column <= columns.getColumnCount(); column++) {
        if (columns.getColumnLabel(column).equalsIgnoreCase(table.key())) {
          if (!isWhole(columns, column)) {
            faults.add(
                "the column %s of %s is a %s and should be a whole number"
                    .formatted(table.key(), table.name(), columns.getColumnTypeName(column)));
            return null;
          }
          return columns.getColumnLabel(column);
        }
      }
    }
    faults.add("%s has no column %s".formatted(table.name(), table.key()));
    return null;
  }

  private static boolean isWhole(ResultSetMetaData columns, int column) throws SQLException {
    return switch (columns.getColumnType(column)) {
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> true;
      case Types.NUMERIC, Types.DECIMAL -> columns.getScale(column) == 0;
      default -> false;
    };
  }

  private boolean hasRowWithoutKey(Table table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT %s FROM %s WHERE %s IS NULL"
                .formatted(table.key(), table.name(), table.key()))) {
      statement.setMaxRows(1);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** The tables, those of pins first. */
  List<Table> tables() {
    return tables;
  }

  /** The least and the greatest key of a table; null where it is empty. */
  @Nullable List<Long> bounds(Table table) throws IOException {
    return ask(
        "SELECT MIN(%s), MAX(%s) FROM %s".formatted(table.key(), table.key(), table.name()),
        1,
        null,
        row -> {
          row.next();
          long least = row.getLong(1);
          return row.wasNull() ? null : List.of(least, row.getLong(2));
        });
  }

  /** Rows of a table by their key, in its order, at most so many. */
  List<Post> rows(Table table, Condition condition, long key, int most) throws IOException {
    List<Post> posts =
        ask(
            "SELECT * FROM %s WHERE %s%s ORDER BY %s"
                .formatted(table.name(), table.key(), condition.sql, table.key()),
            most,
            key,
            rows -> {
              List<Post> read = new ArrayList<>();
              while (rows.next()) {
                read.add(post(rows, table));
              }
              return read;
            });
    return Objects.requireNonNull(posts);
  }

  /** Reads an answer. */
  private interface Reader<T> {
    @Nullable T read(ResultSet rows) throws SQLException;
  }

  private <T> @Nullable T ask(String sql, int most, @Nullable Long key, Reader<T> reader)
      throws IOException {
    try {
      try {
        return answer(sql, most, key, reader);
      } catch (SQLException e) {
        if (connection.isValid(SECONDS_TO_ANSWER)) {
          throw e;
        }
        close(connection, e);
        connection = connect(driver, login); // a connection may be lost in a run of many days
        return answer(sql, most, key, reader);
      }
    } catch (SQLException e) {
      throw new IOException(
          "The database %s did not answer '%s': %s.".formatted(login.place(), sql, told(e)), e);
    }
  }

  private <T> @Nullable T answer(String sql, int most, @Nullable Long key, Reader<T> reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setMaxRows(most);
      if (key != null) {
        statement.setLong(1, key);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return reader.read(rows);
      }
    }
  }

  private Post post(ResultSet row, Table table) throws SQLException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ResultSetMetaData columns = row.getMetaData();
    long key = 0;
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      for (int column = 1; column <= columns.getColumnCount(); column++) {
        String name = columns.getColumnLabel(column);
        if (name.equals(table.keyName())) {
          key = row.getLong(column);
        }
        json.writeFieldName(lowerCase ? name.toLowerCase(Locale.ROOT) : name);
        write(json, row, column, columns.getColumnType(column));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is written to memory
    }
    return new Post(key, out.toByteArray());
  }

  private static void write(JsonGenerator json, ResultSet row, int column, int type)
      throws SQLException, IOException {
    Object value =
        switch (type) {
          case Types.BIT, Types.BOOLEAN -> row.getInt(column);
          case Types.TIMESTAMP -> row.getObject(column, LocalDateTime.class);
          case Types.TIMESTAMP_WITH_TIMEZONE -> row.getObject(column, OffsetDateTime.class);
          default -> row.getObject(column);
        };
    if (value == null || row.wasNull()) {
      json.writeNull();
    } else if (value instanceof LocalDateTime time) {
      json.writeString(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time));
    } else if (value instanceof OffsetDateTime time) {
      json.writeString(time.toInstant().toString());
    } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      json.writeNumber(number.toString());
    } else {
      json.writeString(row.getString(column));
    }
  }

  private static String told(SQLException failure) {
    return String.valueOf(failure.getMessage()).strip().replaceFirst("\\.$", "");
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException("The database cannot be closed: " + told(e), e);
    }
  }
}
