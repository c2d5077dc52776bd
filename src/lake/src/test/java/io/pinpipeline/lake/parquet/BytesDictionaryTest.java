package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;

class BytesDictionaryTest {

  @Example
  void givesEqualBytesTheSameIndexWhereverTheyStand() {
    Random random = new Random(7);
    BytesDictionary dictionary = new BytesDictionary();
    for (int round = 0; round < 3; round++) {
      Map<String, Integer> expected = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        String text = Integer.toString(random.nextInt(5000), 2 + random.nextInt(30));
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        // Values stand anywhere in larger arrays, and at their ends.
        byte[] data = new byte[5 + value.length + random.nextInt(10)];
        random.nextBytes(data);
        System.arraycopy(value, 0, data, 5, value.length);
        int index = dictionary.indexOf(data, 5, value.length);
        Integer known = expected.putIfAbsent(text, expected.size());
        assertThat(index).isEqualTo(known == null ? expected.size() - 1 : known);
        assertThat(dictionary.length(index)).isEqualTo(value.length);
      }
      assertThat(dictionary.size()).isEqualTo(expected.size());
      dictionary.clear();
      assertThat(dictionary.size()).isZero();
    }
  }
}
