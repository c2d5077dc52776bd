package io.pinpipeline.lake.delta;

import static io.pinpipeline.lake.delta.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.ConstantColumn;
import io.pinpipeline.core.table.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.WithNull;
import org.junit.jupiter.api.Test;

class TableDigestTest {

  private static final TableSchema SCHEMA =
      TableSchema.of(
          ColumnSpec.optional("text", ColumnType.STRING),
          ColumnSpec.optional("number", ColumnType.LONG));

  private static String digest(TableSchema schema, List<List<Object>> rows, int blockRows)
      throws IOException {
    try (TableReader reader = Rows.reader(schema, rows, blockRows)) {
      return TableDigest.of(reader);
    }
  }

  private static String digest(ColumnType type, Object value) throws IOException {
    return digest(
        TableSchema.of(ColumnSpec.optional("c", type)),
        List.of(Collections.singletonList(value)),
        1);
  }

  @Property
  void dependsNeitherOnOrderNorOnBlocks(
      @ForAll List<@WithNull String> texts,
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 9) int blockRows)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    texts.forEach(text -> rows.add(row(text, (long) rows.size() / 2)));
    List<List<Object>> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    assertThat(digest(SCHEMA, shuffled, blockRows)).isEqualTo(digest(SCHEMA, rows, 1000));
  }

  @Property
  void tellsDifferentRowsApart(
      @ForAll @Size(min = 1) List<@WithNull String> texts, @ForAll Random random)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    texts.forEach(text -> rows.add(row(text, 1L)));
    List<List<Object>> changed = new ArrayList<>(rows);
    changed.set(random.nextInt(rows.size()), row("something else \uFFFF", 1L));
    List<List<Object>> repeated = new ArrayList<>(rows);
    repeated.add(rows.get(0));
    assertThat(digest(SCHEMA, rows, 10))
        .isNotEqualTo(digest(SCHEMA, changed, 10))
        .isNotEqualTo(digest(SCHEMA, repeated, 10));
  }

  @Test
  void tellsColumnsApart() throws IOException {
    TableSchema texts =
        TableSchema.of(
            ColumnSpec.optional("a", ColumnType.STRING),
            ColumnSpec.optional("b", ColumnType.STRING));
    assertThat(
            List.of(
                digest(texts, List.of(row("ab", "c")), 1),
                digest(texts, List.of(row("a", "bc")), 1),
                digest(texts, List.of(row("abc", "")), 1),
                digest(texts, List.of(row("abc", null)), 1),
                digest(texts, List.of(row(null, "abc")), 1)))
        .doesNotHaveDuplicates();
  }

  @Test
  void tellsTypesAndNullsApart() throws IOException {
    assertThat(
            List.of(
                digest(ColumnType.LONG, 0L),
                digest(ColumnType.LONG, null),
                digest(ColumnType.TIMESTAMP, 0L),
                digest(ColumnType.INT, 0),
                digest(ColumnType.DOUBLE, 0.0),
                digest(ColumnType.DOUBLE, Double.MIN_VALUE),
                digest(ColumnType.STRING, ""),
                digest(ColumnType.BINARY, new byte[0])))
        .doesNotHaveDuplicates();
  }

  @Test
  void takesNegativeZeroForZero() throws IOException {
    assertThat(digest(ColumnType.DOUBLE, -0.0)).isEqualTo(digest(ColumnType.DOUBLE, 0.0));
  }

  @Test
  void readsConstantColumnsAsAnyOther() throws IOException {
    ConstantColumn text = new ConstantColumn(SCHEMA.column(0));
    ConstantColumn number = new ConstantColumn(SCHEMA.column(1));
    text.set("x", 2);
    number.set(7L, 2);
    TableDigest digest = new TableDigest();
    digest.add(new ColumnBlock(SCHEMA, List.of(text, number)));
    assertThat(digest.hex()).isEqualTo(digest(SCHEMA, List.of(row("x", 7L), row("x", 7L)), 2));
  }

  @Test
  void isTheSumOfTheHashesOfTheRowsAndTheirNumber() throws IOException {
    TableSchema schema = TableSchema.of(ColumnSpec.optional("c", ColumnType.INT));
    // sha256("i" 01 00000007), from sha256sum
    String one = "c96b70f0671a33aaf2fa3aae27475f218449e936b2f9ea327990b01f2a78fa4d";
    assertThat(digest(schema, List.of(), 1)).isEqualTo("0".repeat(80));
    assertThat(digest(schema, List.of(row(7)), 1)).isEqualTo(one + "0000000000000001");
    String two =
        String.format(
            "%064x",
            new java.math.BigInteger(one, 16)
                .multiply(java.math.BigInteger.valueOf(300))
                .mod(java.math.BigInteger.ONE.shiftLeft(256)));
    assertThat(digest(schema, Collections.nCopies(300, row(7)), 7))
        .isEqualTo(two + String.format("%016x", 300));
  }
}
