package io.pinpipeline.gateway.wire;

import org.jspecify.annotations.Nullable;

/**
 * What became of one record.
 *
 * @param partition the partition it stands in, if it is acknowledged
 * @param offset its offset there, if it is acknowledged
 * @param failure why it is not acknowledged; null if it is
 * @param retriable whether sending it again may help
 */
public record Delivery(
    @Nullable Integer partition,
    @Nullable Long offset,
    @Nullable String failure,
    boolean retriable) {

  /** Kafka has acknowledged it. */
  public static Delivery acknowledged(int partition, long offset) {
    return new Delivery(partition, offset, null, false);
  }

  /** Kafka has not acknowledged it; it may be there nevertheless. */
  public static Delivery failed(String failure, boolean retriable) {
    return new Delivery(null, null, failure, retriable);
  }
}
