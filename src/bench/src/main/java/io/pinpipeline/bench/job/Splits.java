package io.pinpipeline.bench.job;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.LineReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.Repeats;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The parts of the input that a thread takes at a time, and the threads. */
final class Splits {

  private static final int MAX_RECORD_BYTES = 1 << 20;
  private static final int SPLITS_A_CORE = 6;
  private static final long SMALLEST_BYTES = 1 << 20;

  private Splits() {}

  /** Part of a file; read anew each time it is opened. */
  record Split(
      Dataset<?> of, int number, Repeats repeats, Path file, long from, long to, long fileBytes)
      implements RawBatch {

    @Override
    public String dataset() {
      return of.name();
    }

    Split marking(Repeats found) {
      return new Split(of, number, found, file, from, to, fileBytes);
    }

    @Override
    public BlockReader open() throws IOException {
      FileInputStream in = new FileInputStream(file.toFile());
      in.skipNBytes(Math.max(0, from - 1));
      long end = to == fileBytes ? Long.MAX_VALUE : to;
      return new LineReader("file://" + file, in, from, end, MAX_RECORD_BYTES);
    }
  }

  /** The input, cut into parts of about the same size, in the order of arrival. */
  static List<Split> of(Path input) throws IOException {
    long bytes = 0;
    for (Dataset<?> dataset : Datasets.all()) {
      bytes += Files.size(file(input, dataset));
    }
    long splitBytes = Math.max(SMALLEST_BYTES, bytes / ((long) cores() * SPLITS_A_CORE) + 1);
    List<Split> splits = new ArrayList<>();
    for (Dataset<?> dataset : Datasets.all()) {
      Path file = file(input, dataset);
      long size = Files.size(file);
      for (long from = 0; from < size; from += splitBytes) {
        long to = Math.min(size, from + splitBytes);
        splits.add(new Split(dataset, splits.size(), Repeats.NONE, file, from, to, size));
      }
    }
    return splits;
  }

  private static Path file(Path input, Dataset<?> dataset) {
    return input.resolve(dataset.name() + ".jsonl");
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** What a thread does with the numbers it gets; made once a thread. */
  interface Worker {
    void work(int index) throws Exception;
  }

  /** Makes what a thread works with. */
  interface Workshop {
    Worker worker() throws Exception;
  }

  /** Hands the numbers below {@code count} to a thread a core, in order. */
  static void onAllCores(int count, Workshop workshop) throws Exception {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(cores());
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int thread = 0; thread < cores(); thread++) {
        results.add(
            threads.submit(
                () -> {
                  Worker worker = workshop.worker();
                  for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    worker.work(i);
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
