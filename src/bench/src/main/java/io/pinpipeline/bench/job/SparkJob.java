package io.pinpipeline.bench.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Native Spark doing the same job, in SQL: {@code spark/<dataset>.sql}.
 *
 * <p>One pass parses, cleans and finds the first arrivals, and writes clean rows and rejections
 * beside each other, partitioned by whether they are rejected. A second pass over the plain lines
 * picks the original bytes of the few that were rejected, by their position.
 */
public final class SparkJob implements Job {

  private final SparkSession spark;

  public SparkJob() {
    int cores = Runtime.getRuntime().availableProcessors();
    spark =
        SparkSession.builder()
            .master("local[" + cores + "]")
            .appName("bench")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", 2L * cores)
            .config("spark.sql.parquet.compression.codec", "snappy")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            // clean rows and rejections are written beside each other, without a sort before
            .config("spark.sql.maxConcurrentOutputFileWriters", 4)
            .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")
            .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
            .config("spark.hadoop.parquet.enable.summary-metadata", "false")
            // neither checksums of local files nor their permissions
            .config("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")
            .config("spark.log.level", "ERROR")
            .getOrCreate();
  }

  @Override
  public void run(Path input, Path output) throws Exception {
    for (String dataset : DuckDbJob.DATASETS) {
      Path clean = output.resolve("silver").resolve(dataset);
      Map<String, String> values =
          Map.of("input", input.resolve(dataset + ".jsonl").toString(), "dataset", dataset);
      List<String> schema = Script.read("spark/" + dataset + ".schema", values);
      spark
          .read()
          .schema(schema.get(0))
          .option("columnNameOfCorruptRecord", "_corrupt")
          .option("allowSingleQuotes", "false")
          .json(values.get("input"))
          .createOrReplaceTempView("records");
      Dataset<Row> judged = spark.sql(Script.read("spark/" + dataset + ".sql", values).get(0));
      judged.write().partitionBy("rejected").parquet(clean.toString());
      spark
          .read()
          .parquet(clean.resolve("rejected=true").toString())
          .select("position", "code")
          .createOrReplaceTempView("rejections");
      spark
          .sql(Script.read("spark/dead_letters.sql", values).get(0))
          .write()
          .parquet(output.resolve("dead_letter").resolve(dataset).toString());
      Folders.delete(clean.resolve("rejected=true"));
    }
  }

  @Override
  public void close() {
    spark.stop();
  }
}
