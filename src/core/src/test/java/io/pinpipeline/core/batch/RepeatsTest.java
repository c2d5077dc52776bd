package io.pinpipeline.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class RepeatsTest {

  private final Repeats repeats = new Repeats(new int[] {3, 7}, new boolean[] {false, true});

  @Test
  void itNamesRecordsAndTheirVerdicts() {
    assertThat(repeats.size()).isEqualTo(2);
    assertThat(repeats.conflicts()).isEqualTo(1);
    assertThat(repeats.ordinal(1)).isEqualTo(7);
    assertThat(repeats.isConflict(0)).isFalse();
    assertThat(repeats.isConflict(1)).isTrue();
    assertThat(repeats).hasToString("2 repeats, 1 of them conflicting");
  }

  @Test
  void equalityIsByContent() {
    Repeats same = new Repeats(new int[] {3, 7}, new boolean[] {false, true});
    assertThat(repeats).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(repeats)
        .isNotEqualTo(new Repeats(new int[] {3, 7}, new boolean[] {true, true}))
        .isNotEqualTo(new Repeats(new int[] {3, 8}, new boolean[] {false, true}))
        .isNotEqualTo(Repeats.NONE);
  }

  @Test
  void everyRecordHasAVerdict() {
    assertThatThrownBy(() -> new Repeats(new int[] {1}, new boolean[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 ordinals, 0 verdicts");
  }

  @Test
  void itSurvivesSerialization() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(repeats);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(repeats);
    }
  }
}
