package io.pinpipeline.core.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  private static final String MARK = "\u00ef\u00bb\u00bf";

  /** A line as it was handed out; {@code whole} is its length in the object. */
  private record Line(long offset, String text, long whole) {}

  @Test
  void linesAreHandedOutWithTheirOffsets() throws IOException {
    assertThat(lines("one\ntwo\r\n\nthree", 0, Long.MAX_VALUE, 100))
        .containsExactly(
            new Line(0, "one", 3),
            new Line(4, "two\r", 4),
            new Line(9, "", 0),
            new Line(10, "three", 5));
  }

  @Test
  void anEmptyObjectHasNoBlocks() throws IOException {
    assertThat(lines("", 0, 0, 100)).isEmpty();
    assertThat(lines("", 0, Long.MAX_VALUE, 100)).isEmpty();
    assertThat(lines(MARK, 0, 3, 100)).isEmpty();
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws IOException {
    assertThat(lines(MARK + "one\ntwo", 0, 10, 100))
        .containsExactly(new Line(3, "one", 3), new Line(7, "two", 3));
  }

  @Test
  void theLineBehindAByteOrderMarkBeginsAtZero() throws IOException {
    for (int cut = 1; cut <= 4; cut++) {
      assertThat(lines(MARK + "one\ntwo", 0, cut, 100)).containsExactly(new Line(3, "one", 3));
      assertThat(lines(MARK + "one\ntwo", cut, 10, 100)).containsExactly(new Line(7, "two", 3));
    }
    assertThat(lines(MARK + "one\ntwo", 0, 0, 100)).isEmpty();
  }

  @Test
  void aByteOrderMarkElsewhereIsText() throws IOException {
    assertThat(lines("one\n" + MARK + "two", 0, 10, 100))
        .containsExactly(new Line(0, "one", 3), new Line(4, MARK + "two", 6));
    assertThat(lines("\n" + MARK + "two", 1, 7, 100)).containsExactly(new Line(1, MARK + "two", 6));
  }

  @Test
  void aLineBelongsToTheRangeItBeginsIn() throws IOException {
    String object = "one\ntwo\nthree\n";
    assertThat(lines(object, 0, 4, 100)).containsExactly(new Line(0, "one", 3));
    assertThat(lines(object, 0, 5, 100))
        .containsExactly(new Line(0, "one", 3), new Line(4, "two", 3));
    assertThat(lines(object, 4, 8, 100)).containsExactly(new Line(4, "two", 3));
    assertThat(lines(object, 5, 8, 100)).isEmpty();
    assertThat(lines(object, 5, 14, 100)).containsExactly(new Line(8, "three", 5));
    assertThat(lines(object, 9, 14, 100)).isEmpty();
  }

  @Test
  void aLineTooLongIsCutAndTheNextIsWhole() throws IOException {
    assertThat(lines("12345678\n1234\n12345\n12345", 0, 26, 4))
        .containsExactly(
            new Line(0, "1234", 8),
            new Line(9, "1234", 4),
            new Line(14, "1234", 5),
            new Line(20, "1234", 5));
  }

  @Test
  void aLineLongerThanABlockIsReadPastAndKeptOnlyToTheLimit() throws IOException {
    String filler = "x".repeat(3 * LineReader.BLOCK_BYTES);
    assertThat(lines("one\n" + filler + "\ntwo", 0, Long.MAX_VALUE, 5))
        .containsExactly(
            new Line(0, "one", 3),
            new Line(4, "xxxxx", filler.length()),
            new Line(4 + filler.length() + 1, "two", 3));
  }

  @Test
  void aLineLongerThanABlockIsWholeWhereItMayBe() throws IOException {
    String filler = "x".repeat(3 * LineReader.BLOCK_BYTES);
    assertThat(lines("one\n" + filler + "\ntwo", 0, Long.MAX_VALUE, filler.length()))
        .containsExactly(
            new Line(0, "one", 3),
            new Line(4, filler, filler.length()),
            new Line(4 + filler.length() + 1, "two", 3));
  }

  @Test
  void blocksAreBounded() throws IOException {
    String object = ("x".repeat(999) + "\n").repeat(5000);
    try (LineReader reader = reader(object, 0, Long.MAX_VALUE, 1 << 20)) {
      int bytes = 0;
      for (RawBlock block = reader.next(); block != null; block = reader.next()) {
        assertThat(block.to() - block.from()).isBetween(1, LineReader.BLOCK_BYTES);
        assertThat(block.origin()).isEqualTo("an/object");
        bytes += block.to() - block.from();
      }
      assertThat(bytes).isEqualTo(object.length());
    }
  }

  @Test
  void theStreamIsClosed() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    InputStream in =
        new ByteArrayInputStream(new byte[0]) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    new LineReader("an/object", in, 0, 0, 10).close();
    assertThat(closed).isTrue();
  }

  @Property
  void anyTwoRangesGiveWhatOneGives(
      @ForAll("objects") String object, @ForAll @IntRange(min = 1, max = 12) int maxRecordBytes)
      throws IOException {
    List<Line> atOnce = lines(object, 0, object.length(), maxRecordBytes);
    assertThat(lines(object, 0, Long.MAX_VALUE, maxRecordBytes)).isEqualTo(atOnce);
    for (int cut = 0; cut <= object.length(); cut++) {
      List<Line> inParts = lines(object, 0, cut, maxRecordBytes);
      inParts.addAll(lines(object, cut, object.length(), maxRecordBytes));
      assertThat(inParts).isEqualTo(atOnce);
    }
  }

  @Property
  void rangesOfOneByteGiveWhatOneGives(@ForAll("objects") String object) throws IOException {
    List<Line> inParts = new ArrayList<>();
    for (int at = 0; at < object.length(); at++) {
      inParts.addAll(lines(object, at, at + 1, 10));
    }
    assertThat(inParts).isEqualTo(lines(object, 0, object.length(), 10));
  }

  @Property
  void everyByteIsHandedOutOnce(@ForAll("objects") String object) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Line line : lines(object, 0, object.length(), 100)) {
      assertThat(line.offset())
          .isEqualTo(all.length() + (object.startsWith(MARK) ? MARK.length() : 0));
      all.append(line.text()).append('\n');
    }
    String expected = object.startsWith(MARK) ? object.substring(3) : object;
    assertThat(all.toString())
        .isEqualTo(expected.isEmpty() || expected.endsWith("\n") ? expected : expected + "\n");
  }

  @Provide
  Arbitrary<String> objects() {
    return Arbitraries.of("a", "bc", "defghijk", " ", "\r", "\n", "\n", "\r\n", MARK, "\u00ef")
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }

  private static LineReader reader(String object, long begin, long end, int maxRecordBytes) {
    byte[] bytes = object.getBytes(ISO_8859_1);
    int from = (int) Math.max(0, begin - 1);
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from)) {
          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            return super.read(into, at, Math.min(length, 1 << 16)); // as a socket would
          }
        };
    return new LineReader("an/object", in, begin, end, maxRecordBytes);
  }

  private static List<Line> lines(String object, long begin, long end, int maxRecordBytes)
      throws IOException {
    List<Line> lines = new ArrayList<>();
    try (LineReader reader = reader(object, begin, end, maxRecordBytes)) {
      for (RawBlock block = reader.next(); block != null; block = reader.next()) {
        for (int p = block.from(); p < block.to(); ) {
          int stop = Lines.end(block.bytes(), p, block.to());
          long length = block.oversizeLength() > 0 ? block.oversizeLength() : stop - p;
          lines.add(
              new Line(
                  block.offset() + (p - block.from()),
                  new String(block.bytes(), p, stop - p, ISO_8859_1),
                  length));
          p = stop + 1;
        }
      }
    }
    return lines;
  }
}
