package io.pinpipeline.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The generator knows what it made without knowing how it is cleaned: both must say the same. */
class GeneratedRecordsTest {

  @Test
  void theCleanerFindsTheFaultsThatTheGeneratorMade() throws IOException {
    Dirt onlyFaults = Dirt.usual().withRepeated(0, 0).withOneBadIn(1);
    PostGenerator generator = new PostGenerator(7, 2000, onlyFaults);
    Map<RecordKind, Cleaner> cleaners = new EnumMap<>(RecordKind.class);
    for (RecordKind kind : RecordKind.values()) {
      cleaners.put(kind, Datasets.named(kind.dataset()).cleaner(Cleaned.CLOCK));
    }
    RawBlock raw = new RawBlock();

    // turn by turn, so that a difference names the record
    for (long turn = 0; turn < generator.turns(); turn++) {
      Map<RecordKind, SortedMap<String, Long>> found = new EnumMap<>(RecordKind.class);
      StringBuilder records = new StringBuilder();
      var expected =
          generator.generate(
              turn,
              turn + 1,
              (kind, key, bytes, from, length) -> {
                raw.setLines("generated", bytes, from, from + length, 0);
                Cleaner cleaner = cleaners.get(kind);
                cleaner.begin(Repeats.NONE);
                CleanBlock block = cleaner.clean(raw);
                SortedMap<String, Long> codes = new TreeMap<>();
                for (int row = 0; row < block.deadLetters().rows(); row++) {
                  DeadLetter letter = DeadLetter.read(block.deadLetters(), row);
                  codes.merge(letter.code().name(), 1L, Long::sum);
                  records.append(letter.rawText()).append('\n');
                }
                found.put(kind, codes);
              });
      for (RecordKind kind : RecordKind.values()) {
        SortedMap<String, Long> wanted = new TreeMap<>(expected.of(kind).deadLetters());
        wanted.remove("TOO_LARGE"); // what is too large the reader finds, not the cleaner
        assertThat(found.getOrDefault(kind, new TreeMap<>()))
            .as("%s of turn %s: %s", kind, turn, records)
            .isEqualTo(wanted);
      }
    }
  }
}
