package io.pinpipeline.pipelines.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.arrival.ArrivalLog;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.WrittenRange;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HolesTest {

  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final Holes holes = new Holes(nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static TopicRange range(int partition, long from, long to) {
    return new TopicRange("topic", partition, from, to);
  }

  private static WrittenRange written(int partition, long from, long to) {
    return new WrittenRange(
        "user",
        range(partition, from, to),
        0,
        0,
        List.of(),
        List.of(),
        new TreeMap<>(),
        new ArrivalLog.Builder(Arrivals.ALL_FIRST).build(),
        0);
  }

  @Test
  void areTold() {
    WrittenRange waiting = written(0, 5, 7);
    assertThat(holes.openFor(LONGEST, List.of(waiting, written(0, 7, 9)))).isEmpty();
    pass(LONGEST);
    assertThat(holes.openFor(LONGEST, List.of(written(0, 7, 9), waiting))).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(holes.openFor(LONGEST, List.of(written(0, 7, 9), waiting)))
        .contains(waiting.range());
  }

  @Test
  void areForgottenOnceFilled() {
    assertThat(holes.openFor(LONGEST, List.of(written(0, 5, 7)))).isEmpty();
    pass(LONGEST.plusSeconds(1));
    assertThat(holes.openFor(LONGEST, List.of())).isEmpty();
    assertThat(holes.openFor(LONGEST, List.of(written(0, 5, 7)))).as("anew").isEmpty();
    pass(LONGEST.plusSeconds(1));
    assertThat(holes.openFor(LONGEST, List.of(written(0, 20, 30)))).as("another").isEmpty();
  }

  @Test
  void areOfEachPartition() {
    WrittenRange stays = written(1, 5, 7);
    for (long i = 0; i < 3; i++) {
      assertThat(holes.openFor(LONGEST, List.of(written(0, i * 10, i * 10 + 5), stays))).isEmpty();
      pass(LONGEST.dividedBy(3));
    }
    pass(Duration.ofSeconds(1));
    assertThat(holes.openFor(LONGEST, List.of(written(0, 40, 50), stays))).contains(stays.range());
  }
}
