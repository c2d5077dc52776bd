package io.pinpipeline.gateway.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBlock;
import io.pinpipeline.core.clean.Cleaner;
import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.table.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cleans the records of a request as the pipeline will, to learn which it would reject, and the
 * keys of the others. It is thread-safe.
 */
public final class RecordChecker {

  private static final JsonFactory JSON = new JsonFactory();

  private final Dataset<?> dataset;
  private final int keyColumn;
  private final ThreadLocal<Cleaner> cleaners;

  /** A checker of records of that dataset. */
  public RecordChecker(Dataset<?> dataset) {
    this.dataset = dataset;
    keyColumn = dataset.schema().indexOf(dataset.key());
    cleaners = ThreadLocal.withInitial(() -> dataset.cleaner(Clock.systemUTC()));
  }

  /**
   * What was found.
   *
   * @param records the records; those that had no message key have the post's key for one, so that
   *     all copies of a post go to one partition; where the post's key cannot be read they have
   *     none
   * @param rejections those that cannot be cleaned
   */
  public record Checked(List<PostedRecord> records, List<Rejection> rejections) {}

  /** Cleans the records of a request. */
  public Checked check(List<PostedRecord> records) {
    List<PostedRecord> keyed = new ArrayList<>(records);
    List<Long> begins = new ArrayList<>();
    CleanBlock clean = clean(records.stream().map(PostedRecord::value).toList(), begins);
    for (int row = 0; row < clean.rows().rows(); row++) {
      setKey(keyed, clean.ordinal(row), clean, row);
    }
    List<Rejection> rejections = new ArrayList<>();
    List<Integer> keyless = new ArrayList<>();
    List<byte[]> keys = new ArrayList<>();
    for (int row = 0; row < clean.deadLetters().rows(); row++) {
      DeadLetter letter = DeadLetter.read(clean.deadLetters(), row);
      int index = Collections.binarySearch(begins, letter.offset());
      rejections.add(new Rejection(index, letter.code().name(), letter.field(), letter.message()));
      byte[] key = keyOnly(records.get(index).value());
      if (key != null) {
        keyless.add(index);
        keys.add(key);
      }
    }
    if (!keys.isEmpty()) { // they have their keys by the same rules, whatever else is wrong
      clean = clean(keys, new ArrayList<>());
      for (int row = 0; row < clean.rows().rows(); row++) {
        setKey(keyed, keyless.get(clean.ordinal(row)), clean, row);
      }
    }
    return new Checked(keyed, rejections);
  }

  /**
   * Cleans values.
   *
   * @param begins to be filled with the offset of each, by which dead letters tell of them
   */
  private CleanBlock clean(List<byte[]> values, List<Long> begins) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] value : values) {
      begins.add((long) lines.size());
      lines.writeBytes(value);
      lines.write('\n');
    }
    RawBlock raw = new RawBlock();
    raw.setLines(dataset.name(), lines.toByteArray(), 0, lines.size(), 0);
    Cleaner cleaner = cleaners.get();
    cleaner.begin(Repeats.NONE);
    return cleaner.clean(raw);
  }

  private void setKey(List<PostedRecord> records, int index, CleanBlock clean, int row) {
    PostedRecord post = records.get(index);
    if (post.key() == null) {
      long key = new Values(clean.rows(), row).longAt(keyColumn);
      records.set(
          index,
          new PostedRecord(
              post.value(),
              Long.toString(key).getBytes(StandardCharsets.US_ASCII),
              post.partition()));
    }
  }

  /** A record with nothing but the key of another; null where that has none. */
  private byte @Nullable [] keyOnly(byte[] value) {
    String name = dataset.plan().keyField();
    try (JsonParser json = JSON.createParser(value)) {
      json.nextToken(); // the object's begin
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals(name);
        if (json.nextToken().isNumeric() && found) {
          return "{\"%s\":%s}".formatted(name, json.getText()).getBytes(StandardCharsets.UTF_8);
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      return null; // such as a number of a thousand digits
    }
    return null;
  }
}
