package io.pinpipeline.core.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Property
  void endIsTheFirstLineFeed(@ForAll byte[] bytes, @ForAll byte filler) {
    byte[] padded = new byte[bytes.length + 20];
    Arrays.fill(padded, filler);
    System.arraycopy(bytes, 0, padded, 10, bytes.length);
    for (int to = 0; to <= padded.length; to++) {
      int expected = 0;
      while (expected < to && padded[expected] != '\n') {
        expected++;
      }
      assertThat(Lines.end(padded, 0, to)).isEqualTo(expected);
    }
  }

  @Test
  void endLooksNowhereElse() {
    byte[] bytes = "\n\u000b\u008a\t0123456789\n".getBytes(ISO_8859_1);
    assertThat(Lines.end(bytes, 1, bytes.length)).isEqualTo(14);
    assertThat(Lines.end(bytes, 1, 14)).isEqualTo(14);
    assertThat(Lines.end(bytes, 15, 15)).isEqualTo(15);
  }

  @Test
  void contentStandsBetweenLineFeeds() {
    byte[] bytes = "\n\na\nb\n".getBytes(ISO_8859_1);
    assertThat(Lines.contentBegin(bytes, 0, 6)).isEqualTo(2);
    assertThat(Lines.contentEnd(bytes, 0, 6)).isEqualTo(5);
    assertThat(Lines.contentBegin(bytes, 0, 2)).isEqualTo(2);
    assertThat(Lines.contentEnd(bytes, 0, 2)).isZero();
  }

  @Test
  void aValueOfOneLineIsOneRecordOfAnObject() {
    for (String one : List.of("{}", "\n{}\n\n", "x\r", "\u0000", " x", "\n\u00ef\u00bb\u00bf{}")) {
      assertThat(Lines.isOneRecord(one.getBytes(ISO_8859_1))).as(one).isTrue();
    }
    for (String other :
        List.of(
            "", "\n", " \t\r\n", "{\n}", "{}\n{}", "\u00ef\u00bb\u00bf{}", "\u00ef\u00bb\u00bf")) {
      assertThat(Lines.isOneRecord(other.getBytes(ISO_8859_1))).as(other).isFalse();
    }
  }
}
