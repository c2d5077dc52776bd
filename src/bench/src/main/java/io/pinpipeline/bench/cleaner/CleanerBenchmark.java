package io.pinpipeline.bench.cleaner;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.Lines;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.generate.PostGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One core cleans blocks of a mebibyte, posts with the usual dirt, into columns. Reading and
 * writing are not measured, and repeats are not looked for.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CleanerBenchmark {

  private static final int BLOCK_BYTES = 1 << 20;

  /** More than the caches hold, so that the input comes from memory as it does in a run. */
  private static final int BLOCKS = 64;

  private static final int ENOUGH_POSTS = 1_000_000;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @Param({"pin", "geo", "user"})
  private String dataset = "pin";

  private final List<RawBlock> blocks = new ArrayList<>();
  private Cleaner cleaner = Datasets.PIN.cleaner(Clock.systemUTC());
  private int next;

  /** Invents the blocks. */
  @Setup
  public void invent() throws IOException {
    cleaner = Datasets.named(dataset).cleaner(Clock.systemUTC());
    byte[][] invented = blocks(dataset);
    for (byte[] bytes : invented) {
      RawBlock block = new RawBlock();
      block.setLines("file:///posts/" + dataset + ".jsonl", bytes, 0, bytes.length, 0);
      blocks.add(block);
    }
  }

  /** Cleans a block. */
  @Benchmark
  public int clean() {
    cleaner.begin(Repeats.NONE);
    RawBlock block = blocks.get(next);
    next = next + 1 == blocks.size() ? 0 : next + 1;
    return cleaner.clean(block).rows().rows();
  }

  private static byte[][] blocks(String dataset) throws IOException {
    PostGenerator generator = new PostGenerator(1, ENOUGH_POSTS);
    byte[][] blocks = new byte[BLOCKS][];
    ByteArrayOutputStream out = new ByteArrayOutputStream(BLOCK_BYTES + (1 << 16));
    long turn = 0;
    for (int block = 0; block < BLOCKS; block++) {
      out.reset();
      while (out.size() < BLOCK_BYTES) {
        generator.generate(
            turn,
            ++turn,
            (kind, key, buffer, offset, length) -> {
              // a record that is too large would be a block of its own
              if (kind.dataset().equals(dataset) && length < BLOCK_BYTES) {
                out.write(buffer, offset, length);
                out.write('\n');
              }
            });
      }
      blocks[block] = out.toByteArray();
    }
    return blocks;
  }

  /** How large the blocks of a dataset are, on average. */
  private record Block(double bytes, double records) {

    static Block of(String dataset) throws IOException {
      long bytes = 0;
      long records = 0;
      for (byte[] block : blocks(dataset)) {
        bytes += block.length;
        for (int p = 0; p < block.length; p = Lines.end(block, p, block.length) + 1) {
          records++;
        }
      }
      return new Block((double) bytes / BLOCKS, (double) records / BLOCKS);
    }
  }

  /** Measures all datasets, prints a table and writes it to a file. */
  public static void run(PrintWriter out, Path file) throws IOException {
    Options options =
        new OptionsBuilder()
            .include(CleanerBenchmark.class.getName())
            .forks(2)
            .jvmArgs("-XX:+UseParallelGC", "-Xmx1g")
            .warmupIterations(4)
            .warmupTime(TimeValue.seconds(2))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(2))
            .addProfiler(GCProfiler.class)
            .build();
    Collection<RunResult> results;
    try {
      results = new Runner(options).run();
    } catch (RunnerException e) {
      throw new IOException("The cleaner could not be measured: " + e.getMessage(), e);
    }
    List<String> lines = new ArrayList<>();
    lines.add("| cleaner, one core | MB/s | ns a record | bytes allocated a record |");
    lines.add("| --- | ---: | ---: | ---: |");
    for (RunResult result : results) {
      String name = result.getParams().getParam("dataset");
      Block block = Block.of(name);
      double nanos = result.getPrimaryResult().getScore();
      double error = result.getPrimaryResult().getScoreError() / nanos;
      double allocated =
          Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED)).getScore();
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %,.0f ± %.0f %% | %,.0f | %.1f |",
              name,
              block.bytes() / nanos * 1000,
              100 * error,
              nanos / block.records(),
              allocated / block.records()));
    }
    lines.forEach(out::println);
    Files.write(file, lines);
  }
}
