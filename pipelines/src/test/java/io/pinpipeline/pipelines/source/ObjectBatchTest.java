package io.pinpipeline.pipelines.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectBatchTest {

  private static final int MAX_RECORD_BYTES = 300_000;

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();

  /** Lines with their offsets, as a batch has them. */
  private List<String> read(ObjectRange... ranges) throws IOException {
    ObjectBatch batch =
        new ObjectBatch(
            new InputSplit(0, "pin", List.of(ranges)), Repeats.NONE, MAX_RECORD_BYTES, storage);
    List<String> lines = new ArrayList<>();
    try (BlockReader blocks = batch.open()) {
      for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
        String text =
            new String(block.bytes(), block.from(), block.to() - block.from(), ISO_8859_1);
        long offset = block.offset();
        if (block.oversizeLength() > 0) {
          lines.add(offset + " oversize " + block.oversizeLength());
          continue;
        }
        for (String line : text.split("\n", -1)) {
          if (offset < block.offset() + text.length()) {
            lines.add(offset + " " + line);
          }
          offset += line.length() + 1;
        }
      }
    }
    return lines;
  }

  private StoredObject object(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content);
    return storage.stat(Location.ofPath(file));
  }

  private static byte[] lines(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < count; line++) {
      int length =
          switch (random.nextInt(12)) {
            case 0 -> 0;
            // longer than what is read ahead behind a part
            case 1 -> 60_000 + random.nextInt(120_000);
            default -> random.nextInt(3000);
          };
      text.append(
          Integer.toString(line).repeat(length / 4 + 1), 0, Math.min(length, length / 4 + 1));
      text.append(random.nextInt(9) == 0 ? "\r\n" : "\n");
    }
    text.append(random.nextBoolean() ? "the end" : "");
    return text.toString().getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void readsInPartsWhatItReadsWhole(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] content = lines(random, 1 + random.nextInt(200));
    StoredObject object = object("pin.jsonl", content);
    List<String> whole = read(ObjectRange.whole(object));
    for (int round = 0; round < 5; round++) {
      List<String> parts = new ArrayList<>();
      long begin = 0;
      while (begin < object.size()) {
        long end = Math.min(object.size(), begin + 1 + random.nextInt((int) object.size()));
        parts.addAll(read(ObjectRange.part(object, begin, end)));
        begin = end;
      }
      assertThat(parts).isEqualTo(whole);
    }
  }

  @Test
  void readsInPartsOfAByteWhatItReadsWhole() throws IOException {
    StoredObject object = object("pin.jsonl", "\u00e9\n\n\r\nab\nc".getBytes(UTF_8));
    List<String> parts = new ArrayList<>();
    for (long begin = 0; begin < object.size(); begin++) {
      parts.addAll(read(ObjectRange.part(object, begin, begin + 1)));
    }
    assertThat(parts).isEqualTo(read(ObjectRange.whole(object))).hasSize(5);
  }

  @Test
  void readsOneObjectAfterTheOther() throws IOException {
    StoredObject first = object("pin-1.jsonl", "a\nb".getBytes(UTF_8));
    StoredObject empty = object("pin-2.jsonl", new byte[0]);
    StoredObject last = object("pin-3.jsonl", "c\n".getBytes(UTF_8));
    assertThat(read(ObjectRange.whole(first), ObjectRange.whole(empty), ObjectRange.whole(last)))
        .containsExactly("0 a", "2 b", "0 c");
  }

  @Test
  void readsGzipOfSeveralMembers() throws IOException {
    Path file = folder.resolve("pin.jsonl.gz");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (String member : List.of("a\nb", "c\n", "", "d")) {
        GZIPOutputStream gzip = new GZIPOutputStream(out);
        gzip.write(member.getBytes(UTF_8));
        gzip.finish();
      }
    }
    assertThat(read(ObjectRange.whole(storage.stat(Location.ofPath(file)))))
        .containsExactly("0 a", "2 bc", "5 d");
  }

  @Test
  void refusesGzipWithMoreBehindItsEnd() throws IOException {
    Path file = folder.resolve("pin.jsonl.gz");
    try (OutputStream out = Files.newOutputStream(file)) {
      GZIPOutputStream gzip = new GZIPOutputStream(out);
      gzip.write("a\n".getBytes(UTF_8));
      gzip.finish();
      out.write(new byte[200_000]);
    }
    ObjectRange range = ObjectRange.whole(storage.stat(Location.ofPath(file)));
    assertThatThrownBy(() -> read(range))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no whole gzip file")
        .hasMessageContaining("more behind its last member");
  }

  @Test
  void readsPastALineThatIsTooLarge() throws IOException {
    String large = "x".repeat(MAX_RECORD_BYTES + 1);
    StoredObject object = object("pin.jsonl", ("a\n" + large + "\nb\n").getBytes(UTF_8));
    long size = object.size();
    assertThat(read(ObjectRange.whole(object)))
        .containsExactly("0 a", "2 oversize " + large.length(), (3 + large.length()) + " b");
    assertThat(read(ObjectRange.part(object, 1, 100)))
        .containsExactly("2 oversize " + large.length());
    assertThat(read(ObjectRange.part(object, 100, size)))
        .containsExactly((3 + large.length()) + " b");
  }

  @Test
  void isReadAgain() throws IOException {
    StoredObject object = object("pin.jsonl", "a\nb\n".getBytes(UTF_8));
    assertThat(read(ObjectRange.whole(object))).isEqualTo(read(ObjectRange.whole(object)));
  }
}
