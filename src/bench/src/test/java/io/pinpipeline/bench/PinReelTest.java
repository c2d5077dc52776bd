package io.pinpipeline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PinReelTest {

  private static final Pattern UNIQUE_ID = Pattern.compile("\"unique_id\": ?\"([^\"]+)\"");

  @Test
  void eachRoundHasTheSamePinsWithOtherKeys() throws IOException {
    PinReel reel = new PinReel(1, 1000, 0.10);
    Map<Integer, String> pinOfKey = new HashMap<>();
    Map<String, Set<Integer>> keysOfPin = new HashMap<>();
    for (int number = 0; number < 3 * reel.size(); number++) {
      int key = reel.key(number);
      String pin = new String(reel.value(number), StandardCharsets.UTF_8);
      assertThat(pin).startsWith("{\"index\":" + key).endsWith("}");
      Matcher id = UNIQUE_ID.matcher(pin);
      assertThat(id.find()).isTrue();
      assertThat(pinOfKey.merge(key, id.group(1), (one, other) -> one)).isEqualTo(id.group(1));
      keysOfPin.computeIfAbsent(id.group(1), any -> new HashSet<>()).add(key);
    }
    assertThat(reel.size()).as("a tenth comes twice").isBetween(1050, 1150);
    assertThat(pinOfKey).hasSize(3000);
    assertThat(keysOfPin).hasSize(1000).allSatisfy((pin, keys) -> assertThat(keys).hasSize(3));
  }
}
