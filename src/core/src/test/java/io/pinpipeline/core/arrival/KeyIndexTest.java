package io.pinpipeline.core.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.arrival.KeyIndex.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class KeyIndexTest {

  /** Of 16 slots. */
  private static final int SMALL_PAGE = 16 * 20;

  private record Seen(long fingerprint, int minute) {}

  /** With many pages, of which few stay on the heap, and a filter that is often wrong. */
  private static KeyIndex small() {
    return new KeyIndex(SMALL_PAGE, 20, 100, Path.of(System.getProperty("java.io.tmpdir")));
  }

  @Property(tries = 200)
  void itFindsWhatAMapFinds(@ForAll Random random) {
    KeyIndex index = small();
    Map<Long, Seen> map = new HashMap<>();
    int keys = 1 + random.nextInt(2000);
    int oldest = 0;
    for (int step = 0; step < 2000; step++) {
      // keys that differ in their highest bits alone, too
      long key = (long) random.nextInt(keys) << (random.nextBoolean() ? 0 : 44);
      int minute = oldest + random.nextInt(100);
      if (random.nextInt(500) == 0) {
        oldest = minute;
        index.forgetBefore(minute);
        map.values().removeIf(seen -> seen.minute() < minute);
      } else if (random.nextInt(50) == 0) {
        index.spill();
      } else if (random.nextBoolean()) {
        int seen = Math.max(minute, map.getOrDefault(key, new Seen(0, 0)).minute());
        index.put(key, key % 3, seen);
        map.put(key, new Seen(key % 3, seen));
      }
      Seen known = map.get(key);
      Arrival expected =
          known == null || known.minute() < minute
              ? Arrival.FIRST
              : known.fingerprint() == 1 ? Arrival.DUPLICATE : Arrival.CONFLICT;
      assertThat(index.look(key, 1, minute)).isEqualTo(expected);
    }
  }

  @Property(tries = 50)
  void whatIsTakenBackHasNotArrived(@ForAll Random random) {
    KeyIndex index = small();
    KeyIndex expected = small();
    int horizon = 1 + random.nextInt(9);
    for (int round = 0; round < 10; round++) {
      List<Trial> trials = new ArrayList<>();
      int oldest = Math.max(0, round - horizon);
      boolean takenBack = random.nextBoolean();
      for (int i = random.nextInt(200); i > 0; i--) {
        if (trials.isEmpty() || random.nextInt(50) == 0) {
          trials.add(index.trial(round, oldest, random.nextInt(300)));
        }
        long key = random.nextInt(500);
        long fingerprint = random.nextInt(2);
        Arrival arrival = trials.get(trials.size() - 1).arrive(key, fingerprint);
        assertThat(index.look(key, fingerprint, 0)).isNotEqualTo(Arrival.FIRST);
        if (!takenBack) {
          assertThat(arrival).isEqualTo(expected.arrivals(round, oldest).arrive(key, fingerprint));
        }
      }
      if (takenBack) {
        trials.forEach(Trial::takeBack);
      }
      index.spill();
      for (long key = 0; key < 500; key++) {
        assertThat(index.look(key, 1, oldest)).isEqualTo(expected.look(key, 1, oldest));
      }
    }
  }

  @Example
  void roomOfWhatWasTakenBackIsUsedAgain() {
    KeyIndex index = small();
    for (int round = 0; round < 1000; round++) {
      Trial trial = index.trial(0, 0, 0);
      for (long key = 0; key < 50; key++) {
        assertThat(trial.arrive(round * 50L + key, 0)).isEqualTo(Arrival.FIRST);
      }
      trial.takeBack();
    }
    for (long key = 0; key < 50_000; key++) {
      assertThat(index.look(key, 0, 0)).isEqualTo(Arrival.FIRST);
    }
    assertThat(index.pages()).isLessThan(100);
  }

  @Example
  void whatOutgrowsTheHeapIsFoundInFiles() throws IOException {
    Path folder = Files.createTempDirectory("spilled");
    try {
      KeyIndex index = new KeyIndex(1 << 16, 50, 1 << 18, folder);
      Trial last = index.trial(0, 0, 0);
      for (long key = 0; key < 1_000_000; key++) {
        assertThat(last.arrive(key, key)).isEqualTo(Arrival.FIRST);
        if (key % 10_000 == 0) {
          index.spill();
          last = index.trial((int) (key / 100_000), 0, 10_000);
        }
      }
      assertThat(index.spills()).isBetween(5, 20);
      for (long key = 0; key < 1_000_000; key++) {
        assertThat(index.look(key, key, 0)).isEqualTo(Arrival.DUPLICATE);
        assertThat(index.look(-1 - key, key, 0)).isEqualTo(Arrival.FIRST);
      }
      assertThat(folder).as("nothing to clean up after a crash").isEmptyDirectory();
      index.forgetBefore(5);
      assertThat(index.spills()).isBetween(3, 10);
      assertThat(index.look(10_000, 10_000, 0)).isEqualTo(Arrival.FIRST);
      assertThat(index.look(600_000, 600_000, 0)).isEqualTo(Arrival.DUPLICATE);
    } finally {
      Files.delete(folder);
    }
  }

  @Example
  void aLogAgreesWhereverItsKeysAre() {
    KeyIndex index = small();
    ArrivalLog.Builder log = new ArrivalLog.Builder((key, any) -> Arrival.FIRST);
    for (long key = 0; key < 3000; key++) {
      log.arrive(key, key);
    }
    Trial firsts = index.trial(0, 0, 0);
    assertThat(log.build().agreesWith(firsts)).isTrue();
    assertThat(log.build().agreesWith(index.trial(0, 0, 0))).isFalse();
    index.spill();
    log = new ArrivalLog.Builder((key, any) -> key < 3000 ? Arrival.DUPLICATE : Arrival.FIRST);
    for (long key = 0; key < 6000; key++) {
      log.arrive(key, key);
    }
    assertThat(log.build().agreesWith(index.trial(0, 0, 0))).isTrue();
    assertThat(index.spills()).isEqualTo(1);
  }

  @Example
  void whatIsInATrialIsNotSpilled() {
    KeyIndex index = small();
    Trial trial = index.trial(0, 0, 0);
    for (long key = 0; key < 1000; key++) {
      trial.arrive(key, 0);
    }
    index.spill();
    assertThatThrownBy(trial::takeBack).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> trial.arrive(0, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Example
  void aFileThatCannotBeWrittenIsToldAndNoKeyIsLost() throws IOException {
    Path file = Files.createTempFile("no", "folder");
    try {
      KeyIndex index = new KeyIndex(SMALL_PAGE, 1, 100, file);
      for (long key = 0; key < 1000; key++) {
        index.put(key, key, 0);
      }
      index.spill();
      for (long key = 1000; key < 2000; key++) {
        index.put(key, key, 0);
      }
      assertThatThrownBy(index::spill)
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseInstanceOf(FileAlreadyExistsException.class)
          .cause()
          .hasMessageContaining("cannot be written to " + file)
          .hasMessageContaining("-Djava.io.tmpdir");
      for (long key = 0; key < 2000; key++) {
        assertThat(index.look(key, key, 0)).isEqualTo(Arrival.DUPLICATE);
      }
    } finally {
      Files.delete(file);
    }
  }

  @Example
  void whatIsOlderThanTheHorizonIsAbsentAndMayComeAgain() {
    KeyIndex index = new KeyIndex();
    assertThat(index.arrivals(10, 0).arrive(1, 5)).isEqualTo(Arrival.FIRST);
    assertThat(index.arrivals(20, 10).arrive(1, 6)).isEqualTo(Arrival.CONFLICT);
    assertThat(index.arrivals(20, 11).arrive(1, 6)).isEqualTo(Arrival.FIRST);
    assertThat(index.arrivals(30, 20).arrive(1, 6)).isEqualTo(Arrival.DUPLICATE);
  }

  @Example
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new KeyIndex().put(1, 1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before the epoch");
    assertThatThrownBy(() -> new KeyIndex().trial(Integer.MAX_VALUE, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the end of time");
  }
}
