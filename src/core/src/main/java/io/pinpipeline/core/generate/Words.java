package io.pinpipeline.core.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Pieces of text, encoded once as the inside of a JSON string in each of the forms that producers
 * use.
 */
final class Words {

  private final byte[][][] forms;

  private Words(List<String> words) {
    forms = new byte[Escapes.values().length][words.size()][];
    for (Escapes escapes : Escapes.values()) {
      for (int i = 0; i < words.size(); i++) {
        forms[escapes.form][i] = encode(words.get(i), escapes);
      }
    }
  }

  static Words of(List<String> words) {
    return new Words(words);
  }

  /** Words between white space. */
  static Words of(String words) {
    return new Words(List.of(words.strip().split("\\s+", -1)));
  }

  /** Phrases between semicolons. */
  static Words phrases(String phrases) {
    return new Words(List.of(phrases.strip().split(";\\s*", -1)));
  }

  int size() {
    return forms[0].length;
  }

  byte[] get(int word, Escapes escapes) {
    return forms[escapes.form][word];
  }

  byte[] any(Draws draws, Escapes escapes) {
    byte[][] form = forms[escapes.form];
    return form[draws.below(form.length)];
  }

  private static byte[] encode(String text, Escapes escapes) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c == '\n') {
        json.append("\\n");
      } else if (c < 0x80 || escapes == Escapes.NONE) {
        json.append(c);
      } else {
        json.append(
            escapes == Escapes.LOWER ? "\\u%04x".formatted((int) c) : "\\u%04X".formatted((int) c));
      }
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How characters outside ASCII are written. */
  enum Escapes {
    /** As UTF-8. */
    NONE(0),
    /** As {@code \ud83d\ude0d}, the form of Python's json.dumps. */
    LOWER(1),
    /** As {@code \uD83D\uDE0D}. */
    UPPER(2);

    private final int form;

    Escapes(int form) {
      this.form = form;
    }
  }
}
