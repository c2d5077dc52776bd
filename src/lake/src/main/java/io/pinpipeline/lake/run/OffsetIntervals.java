package io.pinpipeline.lake.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of offsets of one partition, as intervals that ascend and do not touch. As JSON it is
 * {@code [[from, to], …]}.
 */
public record OffsetIntervals(@JsonValue List<Interval> intervals) implements Serializable {

  static final OffsetIntervals NONE = new OffsetIntervals(List.of());

  /**
   * Offsets without a gap.
   *
   * @param from the first
   * @param to the one behind the last
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"from", "to"})
  public record Interval(long from, long to) implements Serializable {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public OffsetIntervals {
    intervals = List.copyOf(intervals);
  }

  /**
   * The offset behind those that are covered without a gap from this one on: itself if it is not.
   */
  public long endFrom(long offset) {
    for (Interval interval : intervals) {
      if (interval.from() <= offset && offset < interval.to()) {
        return interval.to();
      }
    }
    return offset;
  }

  /** The offset behind the last that is covered; 0 if none is. */
  public long end() {
    return intervals.isEmpty() ? 0 : intervals.get(intervals.size() - 1).to();
  }

  /** The first covered offset behind this one; {@link Long#MAX_VALUE} if there is none. */
  long nextBehind(long offset) {
    for (Interval interval : intervals) {
      if (interval.from() > offset) {
        return interval.from();
      }
    }
    return Long.MAX_VALUE;
  }

  /** These and the offsets from {@code from} to before {@code to}. */
  OffsetIntervals plus(long from, long to) {
    List<Interval> merged = new ArrayList<>();
    long newFrom = from;
    long newTo = to;
    for (Interval interval : intervals) {
      if (interval.to() < newFrom) {
        merged.add(interval);
      } else if (interval.from() <= newTo) {
        newFrom = Math.min(newFrom, interval.from());
        newTo = Math.max(newTo, interval.to());
      }
    }
    merged.add(new Interval(newFrom, newTo));
    for (Interval interval : intervals) {
      if (interval.from() > newTo) {
        merged.add(interval);
      }
    }
    return new OffsetIntervals(merged);
  }
}
