package io.pinpipeline.bench.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    // at a time: one plans or commits while another computes
    ExecutorService threads = Executors.newFixedThreadPool(DuckDbJob.DATASETS.size());
    try {
      List<Future<?>> results = new ArrayList<>();
      for (String dataset : DuckDbJob.DATASETS) {
        results.add(
            threads.submit(
                () -> {
                  clean(spark.newSession(), dataset, input, output);
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void clean(SparkSession session, String dataset, Path input, Path output)
      throws IOException {
    Path clean = output.resolve("silver").resolve(dataset);
    Path rejected = clean.resolve("rejected=true");
    Map<String, String> values =
        Map.of("input", input.resolve(dataset + ".jsonl").toString(), "dataset", dataset);
    session
        .read()
        .schema(Script.read("spark/" + dataset + ".schema", values).get(0))
        .option("columnNameOfCorruptRecord", "_corrupt")
        .option("allowSingleQuotes", "false")
        .json(input.resolve(dataset + ".jsonl").toString())
        .createOrReplaceTempView("records");
    session
        .sql(Script.read("spark/" + dataset + ".sql", values).get(0))
        .write()
        .partitionBy("rejected")
        .parquet(clean.toString());
    if (!Files.exists(rejected)) {
      return;
    }
    session
        .read()
        .parquet(rejected.toString())
        .select("position", "code")
        .createOrReplaceTempView("rejections");
    session
        .sql(Script.read("spark/dead_letters.sql", values).get(0))
        .write()
        .parquet(output.resolve("dead_letter").resolve(dataset).toString());
    Folders.delete(rejected);
  }

  @Override
  public void close() {
    spark.stop();
  }
}
