package io.pinpipeline.core.generate;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be counted for one dataset: {@code read = clean + duplicates + dead letters}.
 *
 * @param clean rows of the clean table
 * @param duplicates later copies with the content of the first
 * @param deadLetters rejections by code; codes that do not occur are left out
 */
public record Tally(long clean, long duplicates, SortedMap<String, Long> deadLetters) {

  public Tally {
    deadLetters = Collections.unmodifiableSortedMap(new TreeMap<>(deadLetters));
  }

  /** All rejections. */
  public long dead() {
    return deadLetters.values().stream().mapToLong(Long::longValue).sum();
  }

  /** All records sent. */
  public long read() {
    return clean + duplicates + dead();
  }

  Tally plus(Tally other) {
    SortedMap<String, Long> dead = new TreeMap<>(deadLetters);
    other.deadLetters.forEach((code, count) -> dead.merge(code, count, Long::sum));
    return new Tally(clean + other.clean, duplicates + other.duplicates, dead);
  }
}
