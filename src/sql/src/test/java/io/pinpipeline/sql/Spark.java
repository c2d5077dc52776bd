package io.pinpipeline.sql;

import io.pinpipeline.sql.LakeTable.Leaf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Spark with Delta, in this process. */
final class Spark implements AutoCloseable {

  private final SparkSession session;

  private Spark(SparkSession session) {
    this.session = session;
  }

  static Spark start() {
    return new Spark(
        SparkSession.builder()
            .master("local[2]")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", false)
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.datetime.java8API.enabled", true)
            // far from UTC, where a time zone that is applied once too often shows
            .config("spark.sql.session.timeZone", "Pacific/Auckland")
            // Rewriting timestamps from before 1900 is something that Spark wants to be told.
            .config("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.databricks.delta.snapshotPartitions", 2)
            // a vacuum makes so many tasks a folder, 10,000 unless told otherwise
            .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", 2)
            .getOrCreate());
  }

  SparkSession session() {
    return session;
  }

  /** A table. */
  Dataset<Row> read(Path table) {
    return session.read().format("delta").load(table.toString());
  }

  /** Runs a statement, in which {@code %s} stands for the table. */
  Dataset<Row> sql(String statement, Path table) {
    return session.sql(String.format(statement, "delta.`" + table + "`"));
  }

  /** All rows, as {@link #value} has their values. */
  List<List<@Nullable Object>> rows(Path table, List<Leaf> columns) {
    return rows(read(table), columns);
  }

  /** All rows of a selection from a table. */
  static List<List<@Nullable Object>> rows(Dataset<Row> selection, List<Leaf> columns) {
    String[] paths = columns.stream().map(Leaf::path).toArray(String[]::new);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Row row : selection.selectExpr(paths).collectAsList()) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < row.length(); i++) {
        values.add(value(row.get(i)));
      }
      rows.add(values);
    }
    return rows;
  }

  /** Binary as hexadecimal digits, which can be compared; all else as it is. */
  private static @Nullable Object value(@Nullable Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value;
  }

  @Override
  public void close() {
    session.stop();
  }
}
