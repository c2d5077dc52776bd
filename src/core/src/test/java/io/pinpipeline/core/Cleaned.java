package io.pinpipeline.core;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.LineReader;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.Values;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What raw records became, as plain values that compare.
 *
 * @param rows the clean rows, as their values that are not null by the columns' paths
 * @param deadLetters the dead letters likewise, their bytes as {@link ByteBuffer}s
 */
public record Cleaned(
    int records,
    int duplicates,
    List<Integer> ordinals,
    List<Map<String, Object>> rows,
    List<Map<String, Object>> deadLetters) {

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-05-06T07:08:09.123456Z"), ZoneOffset.UTC);

  private static final String ORIGIN = "posts/part-1.json";

  /** Cleans text, a record a line. */
  public static Cleaned of(Cleaner cleaner, String lines) {
    return of(cleaner, lines.getBytes(StandardCharsets.UTF_8));
  }

  /** Cleans bytes, a record a line. */
  public static Cleaned of(Cleaner cleaner, byte[] lines) {
    return of(cleaner, reader(lines, 0, lines.length, 1 << 20));
  }

  /** Cleans what a reader gives. */
  public static Cleaned of(Cleaner cleaner, BlockReader reader) {
    Cleaned cleaned = new Cleaned(0, 0, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (reader) {
      RawBlock raw;
      while ((raw = reader.next()) != null) {
        cleaned = cleaned.with(cleaner.clean(raw));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cleaned;
  }

  /** A reader of the lines that begin in a range of an object. */
  public static LineReader reader(byte[] object, int begin, int end, int maxRecordBytes) {
    int from = Math.max(0, begin - 1);
    return new LineReader(
        ORIGIN,
        new ByteArrayInputStream(object, from, object.length - from),
        begin,
        end,
        maxRecordBytes);
  }

  /** These followed by those of a block. */
  public Cleaned with(CleanBlock block) {
    for (int row = 0; row < block.rows().rows(); row++) {
      ordinals.add(block.ordinal(row));
    }
    rows.addAll(values(block.rows()));
    deadLetters.addAll(values(block.deadLetters()));
    return new Cleaned(
        records + block.records(), duplicates + block.duplicates(), ordinals, rows, deadLetters);
  }

  /** The rows of a block, as their values that are not null by the columns' paths. */
  public static List<Map<String, Object>> values(ColumnBlock block) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int row = 0; row < block.rows(); row++) {
      Values values = new Values(block, row);
      Map<String, Object> named = new LinkedHashMap<>();
      for (int column = 0; column < block.schema().size(); column++) {
        Object value = values.get(column);
        if (value != null) {
          named.put(
              block.schema().column(column).path(),
              value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
      }
      all.add(named);
    }
    return all;
  }
}
