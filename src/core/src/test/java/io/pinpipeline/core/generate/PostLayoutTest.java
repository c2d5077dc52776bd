package io.pinpipeline.core.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.generate.GeneratedRecords.Sent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class PostLayoutTest {

  private static final Pattern OBJECT =
      Pattern.compile(
          "topics/demo\\.(pin|geo|user)/partition=(\\d)/demo\\.\\1\\+\\2\\+(\\d{10})\\.json");

  private final PostGenerator generator =
      new PostGenerator(7, 2000, Dirt.usual().withOneBadIn(20).withOneOversizedIn(500, 100_000));
  private final SortedMap<String, ByteArrayOutputStream> files = new TreeMap<>();

  @Test
  void writesOneFileOfLinesADataset() throws IOException {
    Expected expected = new LinesLayout().write(generator, this::open);

    assertThat(files.keySet()).containsExactly("geo.jsonl", "pin.jsonl", "user.jsonl");
    for (RecordKind kind : RecordKind.values()) {
      List<String> lines = lines(kind.dataset() + ".jsonl");
      assertThat(lines).isEqualTo(sent(kind)).hasSize((int) expected.of(kind).read());
    }
  }

  @Test
  void writesSeveralFilesWhoseNamesSortInTheOrderOfTheStream() throws IOException {
    Expected expected = new LinesLayout(12, true).write(generator, this::open);

    assertThat(files).hasSize(36).containsKeys("pin-0001.jsonl.gz", "user-0012.jsonl.gz");
    for (RecordKind kind : RecordKind.values()) {
      List<String> lines = new ArrayList<>();
      for (String name : files.keySet()) {
        if (name.startsWith(kind.dataset())) {
          lines.addAll(lines(name));
        }
      }
      assertThat(lines).isEqualTo(sent(kind));
    }
    assertThat(expected).isEqualTo(new LinesLayout().write(generator, this::open));
  }

  @Test
  void writesObjectsAsTheS3SinkDoes() throws IOException {
    Expected expected = new S3SinkLayout("demo", 3, 100).write(generator, this::open);

    Map<String, Integer> nextOffset = new HashMap<>();
    Map<String, List<String>> records = new HashMap<>();
    for (String name : files.keySet()) {
      Matcher object = OBJECT.matcher(name);
      assertThat(object.matches()).as(name).isTrue();
      String partition = object.group(1) + object.group(2);
      List<String> lines = lines(name);
      assertThat(Integer.parseInt(object.group(3)))
          .isEqualTo(nextOffset.getOrDefault(partition, 0));
      nextOffset.merge(partition, lines.size(), Integer::sum);
      records.computeIfAbsent(object.group(1), dataset -> new ArrayList<>()).addAll(lines);
    }
    assertThat(nextOffset)
        .hasSize(9)
        .allSatisfy((partition, size) -> assertThat(size).isBetween(500, 1000));
    for (RecordKind kind : RecordKind.values()) {
      assertThat(records.get(kind.dataset()))
          .hasSize((int) expected.of(kind).read())
          .containsExactlyInAnyOrderElementsOf(sent(kind));
    }
  }

  @Test
  void writesAnObjectARecordAsThePublishedSystemDoes() throws IOException {
    Expected expected = new S3SinkLayout("demo", 1, 1).write(generator, this::open);

    long read = expected.tallies().values().stream().mapToLong(Tally::read).sum();
    assertThat(files).hasSize((int) read);
    assertThat(lines("topics/demo.pin/partition=0/demo.pin+0+0000000007.json"))
        .containsExactly(sent(RecordKind.PIN).get(7));
  }

  @Test
  void keepsAllCopiesOfAPostInOnePartition() throws IOException {
    PostGenerator repeating = new PostGenerator(7, 500, Dirt.none().withRepeated(1, 0));
    new S3SinkLayout("demo", 5, 10_000).write(repeating, this::open);

    Pattern key = Pattern.compile("\"ind\": ?(\\d+)");
    Map<String, List<String>> partitionsOfKeys = new HashMap<>();
    for (String name : files.keySet()) {
      for (String line : lines(name)) {
        Matcher matcher = key.matcher(line);
        if (matcher.find() && name.contains("demo.user")) {
          partitionsOfKeys.computeIfAbsent(matcher.group(1), k -> new ArrayList<>()).add(name);
        }
      }
    }
    assertThat(partitionsOfKeys)
        .hasSize(500)
        .allSatisfy(
            (post, names) ->
                assertThat(names)
                    .hasSize(2)
                    .satisfies(two -> assertThat(two.get(0)).isEqualTo(two.get(1))));
  }

  @Test
  void closesFilesWhenTheSinkFails() {
    List<String> closed = new ArrayList<>();
    PostSink full =
        name ->
            new OutputStream() {
              @Override
              public void write(int value) throws IOException {
                throw new IOException("No space left in " + name);
              }

              @Override
              public void close() {
                closed.add(name);
              }
            };

    assertThatThrownBy(() -> new LinesLayout().write(generator, full))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThat(closed).containsExactlyInAnyOrder("pin.jsonl", "geo.jsonl", "user.jsonl");

    closed.clear();
    assertThatThrownBy(() -> new S3SinkLayout("demo", 1, 10).write(generator, full))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThat(closed).hasSize(3);
  }

  @Test
  void refusesLayoutsThatCannotBe() {
    assertThatThrownBy(() -> new LinesLayout(0, false)).hasMessageContaining("give 1 or more");
    assertThatThrownBy(() -> new S3SinkLayout("demo", 0, 1)).hasMessageContaining("give 1 or more");
    assertThatThrownBy(() -> Dirt.usual().withRepeated(0.1, 0.2))
        .hasMessageContaining("0 <= conflicting <= repeated <= 1");
    assertThatThrownBy(() -> Dirt.usual().withOneBadIn(-1)).hasMessageContaining("0 for none");
    assertThatThrownBy(() -> Dirt.usual().withOneOversizedIn(10, 100))
        .hasMessageContaining("at least 4096");
  }

  private OutputStream open(String name) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    files.put(name, file);
    return file;
  }

  private List<String> sent(RecordKind kind) throws IOException {
    return GeneratedRecords.of(generator).of(kind).stream().map(Sent::raw).toList();
  }

  private List<String> lines(String name) throws IOException {
    byte[] bytes = files.get(name).toByteArray();
    if (name.endsWith(".gz")) {
      bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
    String text = new String(bytes, ISO_8859_1);
    assertThat(text).endsWith("\n");
    return List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }
}
