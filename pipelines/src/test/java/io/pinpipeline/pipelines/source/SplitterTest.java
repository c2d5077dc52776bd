package io.pinpipeline.pipelines.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.StoredObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {

  private static final int MIB = 1 << 20;

  private static StoredObject object(int number, long size, String end) {
    return new StoredObject(
        new Location("s3://bucket/topics/x.pin/%07d%s".formatted(number, end)), size, "", 0);
  }

  private static Map<Dataset<?>, List<StoredObject>> pins(List<StoredObject> objects) {
    return Map.of(Datasets.named("pin"), objects);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void coversEveryByteOnceAndInOrder(long seed) {
    Random random = new Random(seed);
    Map<Dataset<?>, List<StoredObject>> inputs = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      List<StoredObject> objects = new ArrayList<>();
      for (int number = 0; number < random.nextInt(60); number++) {
        long size = (long) (random.nextDouble() * Math.pow(10, random.nextInt(9)));
        objects.add(object(number, size, random.nextInt(4) == 0 ? ".json.gz" : ".json"));
      }
      inputs.put(dataset, objects);
    }
    long splitBytes = 1L + random.nextInt(10 * MIB);
    List<InputSplit> splits = Splitter.split(inputs, splitBytes);

    for (int number = 0; number < splits.size(); number++) {
      InputSplit split = splits.get(number);
      assertThat(split.number()).isEqualTo(number);
      assertThat(split.ranges()).isNotEmpty();
      if (split.ranges().size() > 1) {
        assertThat(split.bytes()).isLessThanOrEqualTo(splitBytes);
      }
    }
    inputs.forEach(
        (dataset, objects) -> {
          List<ObjectRange> ranges =
              splits.stream()
                  .filter(split -> split.dataset().equals(dataset.name()))
                  .flatMap(split -> split.ranges().stream())
                  .toList();
          int next = 0;
          for (StoredObject object : objects) {
            long covered = 0;
            do {
              ObjectRange range = ranges.get(next++);
              assertThat(range.location()).isEqualTo(object.location());
              assertThat(range.size()).isEqualTo(object.size());
              assertThat(range.begin()).isEqualTo(covered);
              assertThat(range.bytes()).isGreaterThanOrEqualTo(Math.min(1, object.size()));
              if (!range.isGzip()) {
                assertThat(range.bytes())
                    .isLessThanOrEqualTo(splitBytes + object.size() / splitBytes + 1);
              }
              covered = range.end();
            } while (covered < object.size());
            assertThat(covered).isEqualTo(object.size());
          }
          assertThat(next).isEqualTo(ranges.size());
        });
  }

  @Test
  void neverCutsGzip() {
    List<InputSplit> splits = Splitter.split(pins(List.of(object(1, 100L * MIB, ".json.gz"))), MIB);
    assertThat(splits).hasSize(1);
    assertThat(splits.get(0).ranges()).hasSize(1);
  }

  @Test
  void cutsEvenly() {
    List<InputSplit> splits =
        Splitter.split(pins(List.of(object(1, 100L * MIB + 7, ""))), 30 * MIB);
    assertThat(splits).hasSize(4);
    assertThat(splits).allMatch(split -> Math.abs(split.bytes() - 25 * MIB) < 10);
  }

  /** At a cost of 16 KiB an object 8 MiB hold about 500. */
  @Test
  void packsManySmallObjects() {
    List<StoredObject> objects =
        IntStream.range(0, 100_000).mapToObj(number -> object(number, 700, ".json")).toList();
    List<InputSplit> splits = Splitter.split(pins(objects), 8 * MIB);
    assertThat(splits).hasSizeBetween(150, 300);
    assertThat(splits.stream().mapToInt(split -> split.ranges().size()).sum()).isEqualTo(100_000);
  }

  @Test
  void packsEmptyObjects() {
    List<StoredObject> objects =
        IntStream.range(0, 10).mapToObj(number -> object(number, 0, ".json")).toList();
    assertThat(Splitter.split(pins(objects), 8 * MIB)).hasSize(1);
    assertThat(Splitter.split(Map.of(), 8 * MIB)).isEmpty();
  }

  @Test
  void choosesASizeForTheCores() {
    assertThat(Splitter.splitBytes(0, 2)).isEqualTo(8L * MIB);
    assertThat(Splitter.splitBytes(1200L * MIB, 2)).isEqualTo(100L * MIB);
    assertThat(Splitter.splitBytes(1L << 40, 16)).isEqualTo(256L * MIB);
    assertThat(Splitter.splitBytes(1L << 40, 0)).isEqualTo(256L * MIB);
  }
}
