package io.pinpipeline.pipelines.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.TopicRange;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class KnownKeysTest {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final KnownKeys known = new KnownKeys(Duration.ofDays(7), () -> now);

  private static TopicRange range(long from, long to) {
    return new TopicRange("topic", 0, from, to);
  }

  /** A writer's turn: what it takes the record with this key and content for. */
  private Arrival write(TopicRange range, long key, long content) {
    Arrivals arrivals = known.arrivals(range.topicPartition()); // each time another writer
    try (KnownKeys.Turn turn = known.turn(range)) {
      Arrival arrival = arrivals.arrive(key, content);
      turn.arrived();
      return arrival;
    }
  }

  @Test
  void areKnownToAllWriters() {
    assertThat(write(range(0, 1), 7, 1)).isEqualTo(Arrival.FIRST);
    assertThat(write(range(1, 2), 7, 1)).isEqualTo(Arrival.DUPLICATE);
    assertThat(write(range(2, 3), 7, 2)).isEqualTo(Arrival.CONFLICT);
  }

  @Test
  void areThoseOfAPartition() {
    assertThat(write(range(0, 1), 7, 1)).isEqualTo(Arrival.FIRST);
    assertThat(write(new TopicRange("topic", 1, 0, 1), 7, 1)).isEqualTo(Arrival.FIRST);
  }

  @Test
  void areForgottenWhereTheirRecordsComeOnceMore() {
    write(range(0, 5), 7, 1);
    write(range(5, 9), 8, 1);
    assertThat(write(range(3, 4), 7, 1)).isEqualTo(Arrival.FIRST);
    assertThat(write(range(9, 10), 8, 1)).isEqualTo(Arrival.FIRST);
  }

  @Test
  void areKeptWhereRangesComeInAnotherOrder() {
    write(range(5, 9), 7, 1);
    write(range(0, 5), 8, 1);
    assertThat(write(range(12, 13), 7, 1)).isEqualTo(Arrival.DUPLICATE);
    assertThat(write(range(9, 12), 8, 1)).isEqualTo(Arrival.DUPLICATE);
    assertThat(write(range(11, 14), 8, 1)).as("once more").isEqualTo(Arrival.FIRST);
  }

  @Test
  void areForgottenWhereAWriterFails() {
    Arrivals arrivals = known.arrivals(range(0, 5).topicPartition());
    try (KnownKeys.Turn failing = known.turn(range(0, 5))) {
      assertThat(failing).isNotNull();
      assertThat(arrivals.arrive(7, 1)).isEqualTo(Arrival.FIRST);
    }
    assertThat(write(range(0, 5), 7, 1)).isEqualTo(Arrival.FIRST);
  }

  @Test
  void areForgottenSomeTimeBehindTheHorizon() {
    write(range(0, 1), 7, 1);
    now = now.plus(Duration.ofDays(6));
    assertThat(write(range(1, 2), 7, 1)).isEqualTo(Arrival.DUPLICATE);
    now = now.plus(Duration.ofDays(8));
    write(range(2, 3), 8, 1);
    now = now.plus(Duration.ofDays(8));
    assertThat(write(range(3, 4), 7, 1)).isEqualTo(Arrival.FIRST);
    assertThat(write(range(4, 5), 8, 1)).isEqualTo(Arrival.DUPLICATE);
  }

  @Test
  void letOneWriterAfterTheOtherHaveAPartition() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              waits.countDown();
              write(range(1, 2), 7, 1);
            });
    try (KnownKeys.Turn turn = known.turn(range(0, 1))) {
      other.start();
      waits.await();
      other.join(50);
      assertThat(other.isAlive()).isTrue();
      turn.arrived();
    }
    other.join();
  }
}
