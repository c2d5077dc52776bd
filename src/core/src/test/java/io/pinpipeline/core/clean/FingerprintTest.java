package io.pinpipeline.core.clean;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.DoubleColumn;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FingerprintTest {

  private static final TableSchema SCHEMA =
      TableSchema.of(
          ColumnSpec.required("key", ColumnType.LONG),
          ColumnSpec.optional("text", ColumnType.STRING),
          ColumnSpec.optional("more", ColumnType.STRING),
          ColumnSpec.optional("count", ColumnType.INT),
          ColumnSpec.optional("degrees", ColumnType.DOUBLE),
          ColumnSpec.optional("when", ColumnType.TIMESTAMP));

  /** It is stored with every row: these values must be the same for ever. */
  @Test
  void itIsStable() {
    assertThat(of(row(25L, "Clay", null, 12_000, -12.5, 1_598_586_767_000_000L)))
        .isEqualTo(-2681786997003674490L);
    assertThat(of(row(-1L, "", "a text of more than thirty-two bytes, to be sure", 0, 0.0, 0L)))
        .isEqualTo(2190776097822898421L);
    assertThat(of(row(0L, null, null, null, null, null))).isEqualTo(2400516910986816110L);
  }

  @Property
  void equalContentHasEqualFingerprints(@ForAll("rows") List<Object> row) {
    ColumnBlock block = ColumnBlock.create(SCHEMA);
    append(block, row(7L, "before", "it", 1, 2.0, 3L));
    append(block, row);
    assertThat(Fingerprint.of(block.columns().toArray(Column[]::new), 1)).isEqualTo(of(row));
  }

  @Property
  void otherContentHasAnother(
      @ForAll("rows") List<Object> one, @ForAll("rows") List<Object> other) {
    assertThat(of(one) == of(other)).isEqualTo(one.equals(other));
  }

  @Property
  void anyChangedColumnChangesIt(
      @ForAll("rows") List<Object> row, @ForAll("rows") List<Object> other) {
    for (int i = 0; i < row.size(); i++) {
      List<Object> changed = new ArrayList<>(row);
      changed.set(i, other.get(i));
      assertThat(of(changed) == of(row)).isEqualTo(Objects.equals(row.get(i), other.get(i)));
    }
  }

  @Test
  void everyByteOfATextCounts() {
    Set<Long> seen = new HashSet<>();
    int texts = 0;
    for (int length = 0; length <= 50; length++) {
      for (int at = -1; at < length; at++) {
        byte[] text = new byte[length];
        if (at >= 0) {
          text[at] = 1;
        }
        seen.add(of(row(1L, new String(text, UTF_8), null, 0, 0.0, 0L)));
        texts++;
      }
    }
    assertThat(seen).hasSize(texts);
  }

  @Test
  void whereAValueStandsCounts() {
    assertThat(
            Set.of(
                of(row(1L, "a", null, null, null, null)),
                of(row(1L, null, "a", null, null, null)),
                of(row(1L, "", "a", null, null, null)),
                of(row(1L, "a", "", null, null, null)),
                of(row(1L, "", "", null, null, null)),
                of(row(1L, null, null, 0, null, null)),
                of(row(1L, null, null, null, 0.0, null)),
                of(row(1L, null, null, null, null, 0L)),
                of(row(1L, null, null, null, null, null))))
        .hasSize(9);
  }

  @Test
  void consecutiveNumbersAreTold() {
    Set<Long> seen = new HashSet<>();
    for (long key = 0; key < 1000; key++) {
      for (int count = 0; count < 100; count++) {
        seen.add(of(row(key, null, null, count, null, null)));
      }
    }
    assertThat(seen).hasSize(100_000);
  }

  @Provide
  Arbitrary<List<Object>> rows() {
    Arbitrary<String> texts = Arbitraries.strings().ascii().ofMaxLength(40);
    return Combinators.combine(
            Arbitraries.longs(),
            texts.injectNull(0.2),
            texts.injectNull(0.2),
            Arbitraries.integers().injectNull(0.2),
            Arbitraries.doubles().map(value -> value + 0.0).injectNull(0.2),
            Arbitraries.longs().injectNull(0.2))
        .as(FingerprintTest::row);
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  private static long of(List<Object> row) {
    ColumnBlock block = ColumnBlock.create(SCHEMA);
    append(block, row);
    return Fingerprint.of(block.columns().toArray(Column[]::new), 0);
  }

  private static void append(ColumnBlock block, List<Object> row) {
    for (int i = 0; i < row.size(); i++) {
      Column column = block.column(i);
      Object value = row.get(i);
      if (value == null) {
        column.appendNull();
      } else if (column instanceof BytesColumn bytes) {
        bytes.append((String) value);
      } else if (column instanceof LongColumn longs) {
        longs.append((Long) value);
      } else if (column instanceof IntColumn ints) {
        ints.append((Integer) value);
      } else {
        ((DoubleColumn) column).append((Double) value);
      }
    }
  }
}
