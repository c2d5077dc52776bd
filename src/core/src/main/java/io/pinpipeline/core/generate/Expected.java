package io.pinpipeline.core.generate;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What cleaning must count, known from how the records were made and not from reading them.
 *
 * @param tallies one for each dataset
 */
public record Expected(Map<RecordKind, Tally> tallies) {

  public Expected {
    tallies = Collections.unmodifiableMap(new EnumMap<>(tallies));
  }

  /** What an empty stream gives. */
  static Expected nothing() {
    return new Counter().total();
  }

  /** The tally of one dataset. */
  public Tally of(RecordKind kind) {
    Tally tally = tallies.get(kind);
    if (tally == null) {
      throw new IllegalStateException("There is no tally of " + kind.dataset() + " records.");
    }
    return tally;
  }

  /** The tallies of two parts of a stream together. */
  public Expected plus(Expected other) {
    Map<RecordKind, Tally> sums = new EnumMap<>(RecordKind.class);
    tallies.forEach((kind, tally) -> sums.put(kind, tally.plus(other.of(kind))));
    return new Expected(sums);
  }

  /** Counts while records are written. */
  static final class Counter {

    private final Map<RecordKind, Count> counts = new EnumMap<>(RecordKind.class);

    Counter() {
      for (RecordKind kind : RecordKind.values()) {
        counts.put(kind, new Count());
      }
    }

    void clean(RecordKind kind) {
      count(kind).clean++;
    }

    void duplicate(RecordKind kind) {
      count(kind).duplicates++;
    }

    void dead(RecordKind kind, Code code) {
      count(kind).dead.merge(code.name(), 1L, Long::sum);
    }

    Expected total() {
      Map<RecordKind, Tally> tallies = new EnumMap<>(RecordKind.class);
      counts.forEach((kind, count) -> tallies.put(kind, count.tally()));
      return new Expected(tallies);
    }

    private Count count(RecordKind kind) {
      return Objects.requireNonNull(counts.get(kind));
    }
  }

  private static final class Count {

    private long clean;
    private long duplicates;
    private final SortedMap<String, Long> dead = new TreeMap<>();

    Tally tally() {
      return new Tally(clean, duplicates, dead);
    }
  }
}
