package io.pinpipeline.core.arrival;

/** Tells, record by record in the order of arrival, what each is to those before it. */
@FunctionalInterface
public interface Arrivals {

  /** For records whose repeats are known otherwise, or do not matter. */
  Arrivals ALL_FIRST = (key, fingerprint) -> Arrival.FIRST;

  /**
   * Takes the next record that would make a row.
   *
   * @param key the record's key
   * @param fingerprint of its clean content
   */
  Arrival arrive(long key, long fingerprint);
}
