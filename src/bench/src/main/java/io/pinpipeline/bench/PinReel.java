package io.pinpipeline.bench;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Invented pins that come again and again, each time with other keys. To invent each anew would
 * take the cores from the stream that gets them.
 */
final class PinReel {

  private static final String BEFORE_KEY = "{\"index\":";

  private final PostGenerator generator;

  /** What stands behind the key of each pin. */
  private final List<byte[]> tails = new ArrayList<>();

  /** Which of the keys each pin has, the first being 0. */
  private final List<Integer> ordinals = new ArrayList<>();

  private final int keys;

  /**
   * The pins of invented posts.
   *
   * @param repeated how many of them come twice, as a share
   */
  PinReel(long seed, int posts, double repeated) throws IOException {
    generator = new PostGenerator(seed, posts, new Dirt(repeated, 0, 0, 0, Short.MAX_VALUE));
    Map<Integer, Integer> ordinalOfKey = new HashMap<>();
    generator.generate(
        0,
        generator.turns(),
        (kind, key, buffer, offset, length) -> {
          if (kind == RecordKind.PIN) {
            String line = new String(buffer, offset, length, StandardCharsets.UTF_8);
            int at = line.indexOf(Integer.toString(key));
            if (!line.startsWith(BEFORE_KEY)
                || !line.substring(BEFORE_KEY.length(), at).isBlank()) {
              throw new IllegalStateException("a pin does not begin with its key: " + line);
            }
            tails.add(
                line.substring(at + Integer.toString(key).length())
                    .getBytes(StandardCharsets.UTF_8));
            ordinals.add(ordinalOfKey.computeIfAbsent(key, any -> ordinalOfKey.size()));
          }
        });
    keys = ordinalOfKey.size();
  }

  /** After how many pins they come again. */
  int size() {
    return tails.size();
  }

  /**
   * The key of a pin.
   *
   * @param number how many pins came before
   */
  int key(long number) {
    long round = number / tails.size();
    long ordinal = ordinals.get((int) (number % tails.size()));
    return generator.key(round * keys + ordinal);
  }

  /**
   * A pin as JSON.
   *
   * @param number how many pins came before
   */
  byte[] value(long number) {
    byte[] tail = tails.get((int) (number % tails.size()));
    byte[] head = (BEFORE_KEY + key(number)).getBytes(StandardCharsets.ISO_8859_1);
    byte[] value = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, value, head.length, tail.length);
    return value;
  }
}
