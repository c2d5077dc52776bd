package io.pinpipeline.core.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ArrivalLogTest {

  @Example
  void itSurvivesSerialization() throws IOException, ClassNotFoundException {
    ArrivalLog.Builder builder = new ArrivalLog.Builder(Arrivals.ALL_FIRST);
    builder.arrive(Long.MIN_VALUE, 1);
    builder.arrive(7, Long.MAX_VALUE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(builder.build());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject())
          .isEqualTo(builder.build())
          .hasToString("2 first, 0 duplicates, 0 conflicts");
    }
  }

  @Property
  void aLogTellsWhatWasSaid(@ForAll List<Long> keys, @ForAll Random random) {
    ArrivalLog.Builder builder =
        new ArrivalLog.Builder((key, fingerprint) -> verdict(key + fingerprint));
    ArrivalLog.Builder other =
        new ArrivalLog.Builder((key, fingerprint) -> verdict(key + fingerprint));
    StringBuilder expected = new StringBuilder();
    for (long key : keys) {
      long fingerprint = random.nextLong();
      Arrival arrival = builder.arrive(key, fingerprint);
      assertThat(other.arrive(key, fingerprint)).isEqualTo(arrival);
      expected.append(key).append(fingerprint).append(arrival);
    }
    ArrivalLog log = builder.build();
    StringBuilder told = new StringBuilder();
    log.forEach(
        (key, fingerprint, arrival) -> told.append(key).append(fingerprint).append(arrival));
    assertThat(told).hasToString(expected.toString());
    assertThat(log).isEqualTo(other.build()).hasSameHashCodeAs(other.build());
    assertThat(log.agreesWith((key, fingerprint) -> verdict(key + fingerprint))).isTrue();
    assertThat(log.agreesWith((key, fingerprint) -> verdict(key + fingerprint + 1)))
        .isEqualTo(keys.isEmpty());
    assertThat(
            log.count(Arrival.FIRST) + log.count(Arrival.DUPLICATE) + log.count(Arrival.CONFLICT))
        .isEqualTo(keys.size());
    if (!keys.isEmpty()) {
      assertThat(log).isNotEqualTo(new ArrivalLog.Builder(Arrivals.ALL_FIRST).build());
    }
  }

  private static Arrival verdict(long number) {
    return switch ((int) Math.floorMod(number, 3L)) {
      case 0 -> Arrival.FIRST;
      case 1 -> Arrival.DUPLICATE;
      default -> Arrival.CONFLICT;
    };
  }
}
