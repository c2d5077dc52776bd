package io.pinpipeline.gateway.emulate;

import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.gateway.wire.BodyReader;
import io.pinpipeline.gateway.wire.PostedRecord;
import io.pinpipeline.gateway.wire.Refusal;
import io.pinpipeline.gateway.wire.WireForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Posts that are invented, with dirt and repeats as the real ones have. The position is the
 * generator's turn. What is no JSON object is left out: clients that write JSON cannot post it.
 */
public final class InventedPosts implements PostSource {

  private static final BodyReader READER = new BodyReader(1, Integer.MAX_VALUE);
  private static final byte[] BEFORE = "{\"records\":[{\"value\":".getBytes(StandardCharsets.UTF_8);
  private static final byte[] AFTER = "}]}".getBytes(StandardCharsets.UTF_8);

  private final PostGenerator generator;
  private long leftOut;

  public InventedPosts(PostGenerator generator) {
    this.generator = generator;
  }

  @Override
  public List<Long> begin() {
    return List.of(0L);
  }

  @Override
  public @Nullable PostBatch next(List<Long> position, int posts) throws IOException {
    long from = position.get(0);
    long to = Math.min(generator.turns(), from + posts);
    if (from >= to) {
      return null;
    }
    Map<String, List<Post>> records = PostBatch.none();
    var unused =
        generator.generate(
            from,
            to,
            (kind, key, buffer, offset, length) -> {
              byte[] value = Arrays.copyOfRange(buffer, offset, offset + length);
              if (isObject(value)) {
                PostBatch.add(records, kind.dataset(), new Post(key, value));
              } else {
                leftOut++;
              }
            });
    int sent = records.values().stream().mapToInt(List::size).max().orElse(0);
    return new PostBatch(records, sent, List.of(to));
  }

  /** Whether the gateway would take that for one value. */
  static boolean isObject(byte[] value) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(value.length + 32);
    body.writeBytes(BEFORE);
    body.writeBytes(value);
    body.writeBytes(AFTER);
    try {
      List<PostedRecord> records = READER.read(WireForm.KAFKA_REST, "", body.toByteArray());
      // else a part of it was taken for the envelope's, as in {},"key":"x"
      return records.get(0).value().length == value.length;
    } catch (Refusal refusal) {
      return false;
    }
  }

  @Override
  public String progress(List<Long> position) {
    long posts = (long) (generator.posts() * part(position)); // a turn may be a repeat
    return String.format(Locale.ROOT, "%,d of %,d posts", posts, generator.posts());
  }

  @Override
  public OptionalDouble share(List<Long> position) {
    return OptionalDouble.of(part(position));
  }

  private double part(List<Long> position) {
    return (double) position.get(0) / generator.turns();
  }

  @Override
  public long leftOut() {
    return leftOut;
  }
}
