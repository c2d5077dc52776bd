package io.pinpipeline.core.clean;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void blankIsWhatUnicodeCallsWhiteSpace() {
    Pattern whiteSpace = Pattern.compile("\\p{IsWhite_Space}");
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        continue;
      }
      String character = Character.toString(c);
      boolean white = whiteSpace.matcher(character).matches();
      assertThat(isBlank(character)).as("U+%04X", c).isEqualTo(white);
      assertThat(isBlank(" \u3000" + character + "\u0085\t")).as("U+%04X", c).isEqualTo(white);
    }
  }

  @Test
  void emptyIsBlank() {
    assertThat(isBlank("")).isTrue();
  }

  private static boolean isBlank(String text) {
    byte[] bytes = ("x" + text + "x").getBytes(UTF_8);
    return Text.isBlank(bytes, 1, bytes.length - 1);
  }

  @Property
  void equalsAndStartsWithAreThoseOfStrings(
      @ForAll String before, @ForAll String text, @ForAll String other) {
    String whole = before + text;
    byte[] bytes = Text.utf8(whole);
    int from = Text.utf8(before).length;
    if (Text.utf8(text).length + from != bytes.length) {
      return; // two halves of a pair became one
    }
    assertThat(Text.equals(bytes, from, bytes.length, Text.utf8(text))).isTrue();
    assertThat(Text.equals(bytes, from, bytes.length, Text.utf8(text + other)))
        .isEqualTo(other.isEmpty());
    assertThat(Text.startsWith(bytes, 0, bytes.length, Text.utf8(before))).isTrue();
    assertThat(Text.startsWith(bytes, 0, from, Text.utf8(before + "x"))).isFalse();
    assertThat(Text.startsWith(bytes, from, bytes.length, Text.utf8(other)))
        .isEqualTo(
            Arrays.mismatch(Text.utf8(text), Text.utf8(other)) == -1
                || Arrays.mismatch(Text.utf8(text), Text.utf8(other)) == Text.utf8(other).length);
  }

  @Property
  void aCutSplitsNoCharacter(@ForAll String text, @ForAll @IntRange(max = 20) int limit) {
    byte[] bytes = Text.utf8(text);
    int cut = Text.cut(bytes, 0, bytes.length, limit);
    assertThat(cut).isLessThanOrEqualTo(Math.max(limit, 0));
    String kept = new String(bytes, 0, cut, UTF_8);
    String valid = new String(bytes, UTF_8);
    assertThat(valid).startsWith(kept);
    if (cut < bytes.length) {
      int next = Character.toString(valid.codePointAt(kept.length())).getBytes(UTF_8).length;
      assertThat(cut + next).isGreaterThan(limit);
    }
  }
}
