package io.pinpipeline.bench;

import io.pinpipeline.bench.job.Broker;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.OffsetIntervals;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Sends pins at a steady rate to {@code ./pinpipeline stream}, and watches the table's log: a
 * record is there once a commit is in the log that has its offset.
 */
final class LatencyRun {

  private static final long SEED = 2;
  private static final double REPEATED = 0.10;
  private static final int REEL_POSTS = 100_000;
  private static final long LOOK_MILLIS = 5;
  private static final long LONGEST_REST_SECONDS = 120;
  private static final int PACE = 64;

  private final Home home;
  private final KafkaServer kafka;
  private final Path work;

  LatencyRun(Home home, KafkaServer kafka, Path work) {
    this.home = home;
    this.kafka = kafka;
    this.work = work;
  }

  /** When records were sent, by their offset. */
  private static final class Sent {
    private long[] millis = new long[1 << 16];
    private int count;

    synchronized void at(long offset, long timestamp) {
      if (offset >= millis.length) {
        millis = Arrays.copyOf(millis, millis.length * 2);
      }
      millis[(int) offset] = timestamp;
      count = Math.max(count, (int) offset + 1);
    }

    synchronized int count() {
      return count;
    }

    synchronized long at(int offset) {
      return millis[offset];
    }
  }

  /**
   * Measures a stream.
   *
   * @param perSecond how many pins are sent in a second
   * @param warmup for how many seconds they are sent before it is measured
   * @param seconds for how many seconds it is measured
   */
  Latency measure(Contestant contestant, double perSecond, int warmup, int seconds)
      throws IOException {
    String prefix = "latency-" + contestant.label();
    StreamRace.createTopics(kafka, prefix);
    Path folder = Files.createDirectories(work.resolve(prefix));
    Path lake = folder.resolve("lake");
    Path err = folder.resolve("err.txt");
    PinReel reel = new PinReel(SEED, REEL_POSTS, REPEATED);
    Process process =
        new ProcessBuilder(
                home.launcher().toString(),
                "stream",
                "--runner=" + contestant.label(),
                "--bootstrapServers=" + kafka.bootstrapServers(),
                "--topicPrefix=" + prefix,
                "--lake=" + lake,
                "--commitInterval=" + Broker.COMMIT_SECONDS + "s")
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(err.toFile())
            .start();
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      SortedMap<TopicPartition, Sent> sent = new TreeMap<>();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  send(prefix, reel, perSecond, warmup + seconds, sent);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      return watch(contestant, perSecond, process, lake, sending, sent, warmup);
    } catch (CompletionException e) {
      throw new IOException(e.getCause());
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; the stream said:\n" + Files.readString(err), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while records were sent");
    } finally {
      end(process);
      Runtime.getRuntime().removeShutdownHook(killer);
      Folders.delete(lake);
    }
  }

  private void send(
      String prefix, PinReel reel, double perSecond, int seconds, Map<TopicPartition, Sent> sent)
      throws IOException {
    long begun = System.nanoTime();
    long pins = (long) (perSecond * seconds);
    try (PinSender sender = new PinSender(kafka, prefix)) {
      for (long number = 0; number < pins; number++) {
        if (number % PACE == 0) {
          pause(begun + (long) (number / perSecond * 1e9) - System.nanoTime());
        }
        byte[] pin = reel.value(number);
        sender.send(
            RecordKind.PIN,
            reel.key(number),
            pin,
            0,
            pin.length,
            (metadata, failure) -> {
              if (failure == null) {
                sentTo(sent, metadata.topic(), metadata.partition())
                    .at(metadata.offset(), metadata.timestamp());
              }
              sender.remember(failure);
            });
      }
    }
  }

  private static Sent sentTo(Map<TopicPartition, Sent> sent, String topic, int partition) {
    synchronized (sent) {
      return sent.computeIfAbsent(new TopicPartition(topic, partition), any -> new Sent());
    }
  }

  private static void pause(long nanos) throws IOException {
    if (nanos <= 0) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while records were sent");
    }
  }

  /** Looks for commits until all that was sent is there. */
  private static Latency watch(
      Contestant contestant,
      double perSecond,
      Process process,
      Path folder,
      CompletableFuture<Void> sending,
      Map<TopicPartition, Sent> sent,
      int warmup)
      throws IOException, InterruptedException {
    Lake lake = new Lake(Location.ofPath(folder));
    Path log = lake.silver(Broker.DATASET).path().resolve("_delta_log");
    long measuredFrom = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(warmup);
    int[] millis = new int[1 << 20];
    int count = 0;
    long measuredTo = measuredFrom;
    long version = 0;
    long deadline = Long.MAX_VALUE;
    Map<TopicPartition, Integer> seen = new TreeMap<>();
    try (Storage storage = new LocalStorage()) {
      while (true) {
        boolean all = sending.isDone();
        if (all && deadline == Long.MAX_VALUE) {
          sending.join();
          deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_REST_SECONDS);
        }
        if (Files.exists(log.resolve("%020d.json".formatted(version)))) {
          long now = System.currentTimeMillis();
          version++;
          SortedMap<TopicPartition, OffsetIntervals> covered =
              CleanTable.open(storage, lake, Datasets.named(Broker.DATASET)).covered();
          for (Map.Entry<TopicPartition, OffsetIntervals> partition : covered.entrySet()) {
            Sent times = sentTo(sent, partition.getKey().topic(), partition.getKey().partition());
            int to = (int) partition.getValue().endFrom(0);
            for (int i = seen.getOrDefault(partition.getKey(), 0); i < to; i++) {
              long at = times.at(i);
              if (at >= measuredFrom) {
                if (count == millis.length) {
                  millis = Arrays.copyOf(millis, count * 2);
                }
                millis[count++] = (int) (now - at);
                measuredTo = Math.max(measuredTo, at);
              }
            }
            seen.put(partition.getKey(), to);
          }
        }
        if (all
            && sent.entrySet().stream()
                .allMatch(e -> seen.getOrDefault(e.getKey(), 0) >= e.getValue().count())) {
          double seconds = (measuredTo - measuredFrom) / 1e3;
          return new Latency(contestant, perSecond, count / seconds, Arrays.copyOf(millis, count));
        }
        if (!process.isAlive()) {
          throw new IOException("the stream ended with exit code " + process.exitValue());
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "not all records were in the table "
                  + LONGEST_REST_SECONDS
                  + " s after the last was sent");
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
  }

  private static void end(Process process) throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(LONGEST_REST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a stream was ended");
    }
  }
}
