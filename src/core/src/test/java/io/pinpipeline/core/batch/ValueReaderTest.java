package io.pinpipeline.core.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueReaderTest {

  /** A value as it was handed out; {@code whole} is its length without line feeds around it. */
  private record Value(long at, String text, long whole) {}

  private static byte[] object(List<String> values) throws IOException {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      ValueFrame.append(object, i, value == null ? null : value.getBytes(ISO_8859_1));
    }
    return object.toByteArray();
  }

  private static List<Value> read(byte[] object, int maxRecordBytes) throws IOException {
    List<Value> values = new ArrayList<>();
    try (ValueReader reader =
        new ValueReader("an/object", new ByteArrayInputStream(object), maxRecordBytes)) {
      for (RawBlock block = reader.next(); block != null; block = reader.next()) {
        assertThat(block.origin()).isEqualTo("an/object");
        assertThat(block.partition()).isNull();
        RawBlock.Bounds bounds = block.bounds();
        int from = block.from();
        if (bounds == null) {
          values.add(
              new Value(
                  block.offset(),
                  new String(block.bytes(), from, block.to() - from, ISO_8859_1),
                  block.oversizeLength()));
          continue;
        }
        for (int i = 0; i < bounds.count(); i++) {
          int to = bounds.ends()[i];
          values.add(
              new Value(
                  bounds.offsets()[i],
                  new String(block.bytes(), from, to - from, ISO_8859_1),
                  to - from));
          from = to;
        }
      }
    }
    return values;
  }

  @Test
  void valuesStandAsTheyCameBehindTheirOffsetAndLength() throws IOException {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    ValueFrame.append(object, 17, "{\n}".getBytes(ISO_8859_1));
    ValueFrame.append(object, 18, null);
    ValueFrame.append(object, 4_000_000_000L, new byte[0]);
    assertThat(object.toString(ISO_8859_1))
        .isEqualTo("17 3\n{\n}\n18 tombstone\n\n4000000000 0\n\n");
    assertThat(read(object.toByteArray(), 100))
        .containsExactly(new Value(5, "{\n}", 3), new Value(22, "", 0), new Value(36, "", 0));
    assertThat(read(new byte[0], 100)).isEmpty();
  }

  @Provide
  static Arbitrary<List<String>> values() {
    return Arbitraries.strings().withChars("\na {\u00ef").ofMaxLength(40).injectNull(0.2).list();
  }

  /** As the records of a topic are, whose line feeds at the beginning and the end are no part. */
  @Property(tries = 300)
  void eachValueIsOneRecord(@ForAll("values") List<String> values) throws IOException {
    byte[] object = object(values);
    String text = new String(object, ISO_8859_1);
    List<Value> read = read(object, 8);
    assertThat(read).hasSameSizeAs(values);
    for (int i = 0; i < values.size(); i++) {
      String content = values.get(i) == null ? "" : values.get(i).replaceAll("\\A\n+|\n+\\z", "");
      Value value = read.get(i);
      assertThat(value.text()).isEqualTo(content.substring(0, Math.min(8, content.length())));
      assertThat(value.whole()).isEqualTo(content.length());
      assertThat(text.substring((int) value.at()))
          .startsWith(values.get(i) == null ? "\n" : values.get(i) + "\n");
    }
  }

  @Test
  void aLargeObjectIsReadInBlocks() throws IOException {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      values.add((i + "\n").repeat(20_000) + "end");
    }
    values.add(25, "x".repeat(3 << 20) + "\n");
    List<Value> read = read(object(values), 1 << 20);
    assertThat(read).hasSize(51);
    assertThat(read.get(25).whole()).isEqualTo(3 << 20);
    assertThat(read.get(25).text()).isEqualTo("x".repeat(1 << 20));
    for (int i = 0; i < 51; i++) {
      assertThat(i == 25 || read.get(i).text().equals(values.get(i))).as("value %d", i).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17",
        "17\n",
        "\n",
        "17 3",
        "17 3\n",
        "17 3\nab",
        "17 3\nabc",
        "17 3\nabcd\n",
        "17 -1\n\n",
        "x 3\nabc\n",
        "17 x\nabc\n",
        "17 3\nabc\n{\"ind\":1}\n"
      })
  void whatIsNoObjectOfValuesIsRefused(String text) {
    assertThatThrownBy(() -> read(text.getBytes(ISO_8859_1), 100))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("an/object is no whole object of values: ")
        .hasMessageContaining("leave it out");
  }
}
