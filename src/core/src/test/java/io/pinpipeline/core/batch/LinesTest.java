package io.pinpipeline.core.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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
}
