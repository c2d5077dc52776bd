package io.pinpipeline.lake.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a file as Delta's log has them, from the file's footer.
 *
 * @see <a
 *     href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics">Per-file
 *     Statistics</a>
 */
final class DeltaStatistics {

  /** Longer strings are cut, as Delta's own writers do. */
  private static final int LONGEST_STRING = 32;

  private static final int LARGEST_ASCII = 0x7F;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  // Readers parse four-digit years; no statistics are sound too.
  private static final long FIRST_MILLI = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
  private static final long LAST_MILLI = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private DeltaStatistics() {}

  static String of(TableSchema schema, List<BlockMetaData> rowGroups) {
    ObjectNode minValues = JSON.objectNode();
    ObjectNode maxValues = JSON.objectNode();
    ObjectNode nullCounts = JSON.objectNode();
    for (int i = 0; i < schema.size(); i++) {
      ColumnSpec column = schema.column(i);
      Statistics<?> statistics = null;
      for (BlockMetaData rowGroup : rowGroups) {
        Statistics<?> more = rowGroup.getColumns().get(i).getStatistics();
        if (statistics == null) {
          statistics = more.copy();
        } else {
          statistics.mergeStatistics(more);
        }
      }
      if (statistics != null) {
        put(nullCounts, column, JSON.numberNode(statistics.getNumNulls()));
        if (statistics.hasNonNullValue()) {
          put(minValues, column, min(column.type(), statistics.genericGetMin()));
          put(maxValues, column, max(column.type(), statistics.genericGetMax()));
        }
      }
    }
    ObjectNode statistics = JSON.objectNode();
    statistics.put("numRecords", rowGroups.stream().mapToLong(BlockMetaData::getRowCount).sum());
    statistics.set("minValues", minValues);
    statistics.set("maxValues", maxValues);
    statistics.set("nullCount", nullCounts);
    return statistics.toString();
  }

  private static void put(ObjectNode values, ColumnSpec column, @Nullable JsonNode value) {
    if (value == null) {
      return;
    }
    String struct = ParquetSchema.struct(column);
    if (struct.isEmpty()) {
      values.set(column.path(), value);
    } else {
      ObjectNode members =
          values.get(struct) instanceof ObjectNode present ? present : values.putObject(struct);
      members.set(column.path().substring(struct.length() + 1), value);
    }
  }

  private static @Nullable JsonNode min(ColumnType type, Comparable<?> value) {
    return switch (type) {
      case STRING -> JSON.textNode(lowerBound(((Binary) value).toStringUsingUTF8()));
      case TIMESTAMP -> timestamp(Math.floorDiv((Long) value, 1000L));
      default -> number(value);
    };
  }

  private static @Nullable JsonNode max(ColumnType type, Comparable<?> value) {
    return switch (type) {
      case STRING -> JSON.textNode(upperBound(((Binary) value).toStringUsingUTF8()));
      case TIMESTAMP -> timestamp(-Math.floorDiv(-(Long) value, 1000L));
      default -> number(value);
    };
  }

  private static @Nullable JsonNode number(Comparable<?> value) {
    if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    return value instanceof Double number ? JSON.numberNode(number) : null;
  }

  private static @Nullable JsonNode timestamp(long millis) {
    return millis < FIRST_MILLI || millis > LAST_MILLI
        ? null
        : JSON.textNode(TIMESTAMP.format(Instant.ofEpochMilli(millis)));
  }

  /** The text, or a beginning of it. */
  static String lowerBound(String text) {
    return text.substring(0, cut(text));
  }

  /**
   * The text, or a beginning of it with a character that is larger than the one that follows in the
   * text, as Delta does it.
   */
  static String upperBound(String text) {
    int end = cut(text);
    while (end < text.length()) {
      int next = text.codePointAt(end);
      if (next < Character.MAX_CODE_POINT) {
        int larger = next < LARGEST_ASCII ? LARGEST_ASCII : Character.MAX_CODE_POINT;
        return text.substring(0, end) + Character.toString(larger);
      }
      end += Character.charCount(next);
    }
    return text;
  }

  /** Where a text is cut, never within a character. */
  private static int cut(String text) {
    if (text.length() <= LONGEST_STRING) {
      return text.length();
    }
    return Character.isHighSurrogate(text.charAt(LONGEST_STRING - 1))
        ? LONGEST_STRING - 1
        : LONGEST_STRING;
  }
}
