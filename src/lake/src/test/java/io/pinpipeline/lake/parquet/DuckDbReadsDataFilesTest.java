package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.parquet.ParquetSettings.Compression;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DuckDbReadsDataFilesTest {

  private static final TableSchema SCHEMA = Tables.ALL_TYPES;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Compression.class)
  void seesTheSameValues(Compression compression) throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      ParquetSettings settings =
          new ParquetSettings(compression, 3, 4000, 1 << 20, 900, 9000, 9000);
      List<List<Object>> table = Tables.random(SCHEMA, 7000, seed);
      DataFile file = Tables.write(folder, SCHEMA, settings, 1500, table);

      assertThat(select(columns(), file)).isEqualTo(table);
      assertThat(select("place IS NULL", file))
          .isEqualTo(
              table.stream().<List<Object>>map(row -> List.of(absent(row, "place."))).toList());
    }
  }

  @Test
  void seesTheTypes() throws Exception {
    DataFile file =
        Tables.write(folder, SCHEMA, ParquetSettings.DEFAULT, 10, Tables.random(SCHEMA, 10, 3));
    assertThat(select("column_name, column_type FROM (DESCRIBE SELECT *", file, ")"))
        .containsExactly(
            List.of("id", "BIGINT"),
            List.of("text", "VARCHAR"),
            List.of("count", "INTEGER"),
            List.of("place", "STRUCT(latitude DOUBLE, \"name\" VARCHAR)"),
            List.of("seen", "TIMESTAMP WITH TIME ZONE"),
            List.of("payload", "BLOB"),
            List.of("source", "STRUCT(\"object\" VARCHAR, \"offset\" BIGINT)"),
            List.of("ratio", "DOUBLE"));
  }

  @Test
  void findsRowsThroughTheStatistics() throws Exception {
    ParquetSettings settings =
        new ParquetSettings(Compression.SNAPPY, 3, 300, 1 << 20, 50, 9000, 9000);
    List<List<Object>> table = Tables.random(SCHEMA, 3000, 17);
    DataFile file = Tables.write(folder, SCHEMA, settings, 1000, table);
    for (int row = 0; row < 3000; row += 100) {
      Object id = table.get(row).get(0);
      long expected = table.stream().filter(each -> each.get(0).equals(id)).count();
      assertThat(select("count(*)", file, " WHERE id = " + id)).containsExactly(List.of(expected));
    }
  }

  private static boolean absent(List<Object> row, String struct) {
    for (int i = 0; i < SCHEMA.size(); i++) {
      if (SCHEMA.column(i).path().startsWith(struct) && row.get(i) != null) {
        return false;
      }
    }
    return true;
  }

  private static String columns() {
    List<String> columns = new ArrayList<>();
    for (ColumnSpec column : SCHEMA.columns()) {
      String path = "\"" + column.path().replace(".", "\".\"") + "\"";
      columns.add(
          column.type() == ColumnType.TIMESTAMP
              ? "epoch_us(" + path + ")"
              : column.type() == ColumnType.BINARY ? "lower(hex(" + path + "))" : path);
    }
    return String.join(", ", columns);
  }

  private List<List<Object>> select(String what, DataFile file) throws SQLException {
    return select(what, file, "");
  }

  private List<List<Object>> select(String what, DataFile file, String after) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT " + what + " FROM '" + folder.resolve(file.path()) + "'" + after)) {
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
