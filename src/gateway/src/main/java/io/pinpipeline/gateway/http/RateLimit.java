package io.pinpipeline.gateway.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.pinpipeline.gateway.wire.Refusal;
import java.time.Duration;

/** How many records each sender may send a second. */
final class RateLimit {

  /** Senders that are remembered; those that were not heard of for longest are forgotten first. */
  private static final int MAX_SENDERS = 100_000;

  private final LoadingCache<String, Bucket> buckets;

  /**
   * A limit.
   *
   * @param recordsPerSecond of each sender
   * @param maxRecords the largest request, which must be possible at once
   */
  RateLimit(int recordsPerSecond, int maxRecords) {
    long burst = Math.max(recordsPerSecond, maxRecords);
    buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_SENDERS)
            .build(
                sender ->
                    Bucket.builder()
                        .addLimit(
                            limit ->
                                limit
                                    .capacity(burst)
                                    .refillGreedy(recordsPerSecond, Duration.ofSeconds(1)))
                        .build());
  }

  /**
   * Counts records of a sender.
   *
   * @throws Refusal 429 if it has sent too many
   */
  void take(String sender, int records) {
    if (records == 0) {
      return;
    }
    ConsumptionProbe probe = buckets.get(sender).tryConsumeAndReturnRemaining(records);
    if (!probe.isConsumed()) {
      throw Refusal.forNow(
          429,
          "You send faster than you may. Wait as Retry-After says, then send this again.",
          Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }
}
