package io.pinpipeline.runners.spark;

import io.pinpipeline.pipelines.options.EngineDefaults;
import io.pinpipeline.pipelines.options.StreamDefaults;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.io.MicrobatchSource;
import org.apache.beam.runners.spark.translation.SparkContextFactory;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;

/**
 * Apache Spark: embedded in the process, or the cluster that spark-submit or --sparkMaster names.
 */
public final class SparkDefaults implements EngineDefaults {

  private static final String STANDALONE = "spark://";
  private static final int MILLIS_TO_CONNECT = 10_000;
  private static final int SECONDS_TO_FIRST_EXECUTOR = 120;
  private static final int SECONDS_TO_NEXT_EXECUTOR = 2;

  /**
   * How much each of the readers, one a core, takes in a micro-batch: blocks of 2 MiB at most.
   * Spark keeps what was read in memory, and computes it again where memory runs out; but Beam's
   * readers have gone on by then, and what they read is lost until the stream starts again.
   */
  private static final int BLOCKS_A_READER = 20;

  /** Whether there has been a stream in this process. */
  private static final AtomicBoolean STREAMED = new AtomicBoolean();

  /** Among Hadoop's hooks, where the highest is first; Spark's has 40. */
  private static final int BEFORE_SPARK = 1000;

  private static final int SECONDS_TO_END = 60;

  @Override
  public String engine() {
    return "spark";
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        "runner", "SparkRunner",
        // as many tasks as cores where no cluster is named; not local[*], which Beam does not know
        // to be local, and copies the bundle for
        "sparkMaster", "local[" + Runtime.getRuntime().availableProcessors() + "]",
        // elements are small and cheap to make again: keeping them costs more
        "cacheDisabled", "true");
  }

  @Override
  public StreamDefaults stream(Duration commitInterval) {
    // short, for what is read in one has to fit into memory
    long batch = Math.max(200, Math.min(1000, commitInterval.toMillis() / 2));
    return new StreamDefaults(
        Map.of(
            "streaming", "true",
            "batchIntervalMillis", Long.toString(batch),
            // of each micro-batch the part in which it reads; the rest is for writing
            "readTimePercentage", "0.5"),
        Duration.ofMillis(100),
        StreamDefaults.GATHER_BYTES,
        // Beam takes the watermark of the reader that is furthest ahead
        false);
  }

  @Override
  public void prepare(PipelineOptions options) throws IOException {
    SparkPipelineOptions spark = options.as(SparkPipelineOptions.class);
    // spark-submit sets a property, which Beam heeds before the option
    String master = new SparkConf().get("spark.master", spark.getSparkMaster());
    // otherwise Beam would send all of the class path, which with spark-submit is all of Spark
    spark.setFilesToStage(master.startsWith("local") ? List.of() : List.of(bundle()));
    int cores = Runtime.getRuntime().availableProcessors();
    if (master.startsWith(STANDALONE)) {
      requireAnswer(master);
      cores = awaitExecutors(spark, master);
    }
    if (spark.isStreaming() && STREAMED.getAndSet(true)) {
      // Beam keeps readers by the numbers of their splits, which each stream counts from 0: another
      // one in this process would read with those of the last
      MicrobatchSource.clearCache();
    }
    if (spark.getMaxRecordsPerBatch() < 0) {
      spark.setMaxRecordsPerBatch((long) BLOCKS_A_READER * cores);
    }
  }

  /**
   * Spark ends itself by a hook of Hadoop's, which run one after the other: where it is first, the
   * stream that is to end waits for tasks that nobody runs any more.
   */
  @Override
  public void addShutdownHook(Thread hook) {
    ShutdownHookManager.get().addShutdownHook(hook, BEFORE_SPARK, SECONDS_TO_END, TimeUnit.SECONDS);
  }

  @Override
  public void removeShutdownHook(Thread hook) {
    ShutdownHookManager.get().removeShutdownHook(hook);
  }

  /** Spark itself would try for a minute, and say little. */
  private static void requireAnswer(String master) throws IOException {
    String why = "";
    for (String address : master.substring(STANDALONE.length()).split(",", -1)) {
      String[] parts = address.split(":", 2);
      try (Socket socket = new Socket()) {
        int port = parts.length == 1 ? 7077 : Integer.parseInt(parts[1]);
        socket.connect(new InetSocketAddress(parts[0], port), MILLIS_TO_CONNECT);
        return;
      } catch (IOException | IllegalArgumentException e) {
        why = e.getMessage();
      }
    }
    throw new IOException(
        "No Spark master answers at "
            + master
            + ": "
            + why
            + ". Start one, or name its address: --sparkMaster=spark://host:7077");
  }

  /**
   * Waits for the executors. Beam parts the work by the cores that Spark knows of when the run
   * begins, and without any executor Spark would wait for ever.
   *
   * @return how many cores they have
   */
  private static int awaitExecutors(SparkPipelineOptions options, String master)
      throws IOException {
    JavaSparkContext context = SparkContextFactory.getSparkContext(options);
    SparkContextFactory.setProvidedSparkContext(context);
    options.setUsesProvidedSparkContext(true);
    BlockingQueue<String> added = new LinkedBlockingQueue<>();
    context
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onExecutorAdded(SparkListenerExecutorAdded executor) {
                added.add(executor.executorId());
              }
            });
    try {
      // the driver is one of these
      boolean one = context.sc().statusTracker().getExecutorInfos().length > 1;
      if (!one && added.poll(SECONDS_TO_FIRST_EXECUTOR, TimeUnit.SECONDS) == null) {
        context.stop();
        throw new IOException(
            "The Spark cluster at "
                + master
                + " started no executor in "
                + SECONDS_TO_FIRST_EXECUTOR
                + " s. Its workers are missing, busy, have less memory than spark.executor.memory"
                + " asks for, or cannot reach this process (SPARK_LOCAL_IP); its page and the logs"
                + " of its workers tell.");
      }
      while (added.poll(SECONDS_TO_NEXT_EXECUTOR, TimeUnit.SECONDS) != null) {
        // one more; perhaps not the last
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for executors");
    }
    return context.defaultParallelism();
  }
}
