package io.pinpipeline.gateway.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Several senders at once, that note what was answered with 200. */
final class Load implements AutoCloseable {

  private static final int SENDERS = 8;
  private static final int BATCH = 5;

  final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  final AtomicInteger refused = new AtomicInteger();
  final AtomicInteger broken = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
  private final List<Future<Void>> senders = new ArrayList<>();

  /** Begins to send to the gateway that there is at the time. */
  Load(Supplier<GatewayProcess> gateway) {
    for (int i = 0; i < SENDERS; i++) {
      senders.add(
          threads.submit(
              () -> {
                send(gateway);
                return null;
              }));
    }
  }

  private void send(Supplier<GatewayProcess> gateway) throws Exception {
    while (stop.getCount() > 0) {
      int first = next.getAndAdd(BATCH);
      List<String> values =
          IntStream.range(first, first + BATCH).mapToObj("{\"ind\":%d}"::formatted).toList();
      try {
        int status = gateway.get().post(TestKafka.GEO, body(values)).statusCode();
        if (status == 200) {
          acknowledged.addAll(values);
          continue;
        }
        if (status != 503) {
          throw new AssertionError("answered with " + status);
        }
        refused.incrementAndGet();
      } catch (IOException e) {
        broken.incrementAndGet();
      }
      boolean stopped = stop.await(20, TimeUnit.MILLISECONDS);
      if (stopped) {
        return;
      }
    }
  }

  /** The body of a request with these values. */
  static String body(List<String> values) {
    return values.stream()
        .map("{\"value\":%s}"::formatted)
        .collect(Collectors.joining(",", "{\"records\":[", "]}"));
  }

  /** Stops to send, and tells if a sender met what it should not. */
  void stop() throws Exception {
    stop.countDown();
    for (Future<Void> sender : senders) {
      sender.get(60, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    stop.countDown();
    threads.shutdownNow();
  }
}
