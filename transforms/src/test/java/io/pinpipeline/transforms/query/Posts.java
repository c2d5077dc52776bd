package io.pinpipeline.transforms.query;

import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.transforms.CleanRecords;
import io.pinpipeline.transforms.RawBatchCoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;

/** Records of posts, as they are sent. */
final class Posts {

  private final Map<String, List<String>> lines = new LinkedHashMap<>();

  Posts pin(long key, Object category, Object poster, Object followers) {
    return add(
        "pin",
        "index",
        key,
        "category",
        category,
        "poster_name",
        poster,
        "follower_count",
        followers);
  }

  Posts geo(long key, Object country, Object timestamp) {
    return add("geo", "ind", key, "country", country, "timestamp", timestamp);
  }

  Posts user(long key, Object name, Object age, Object joined) {
    return add("user", "ind", key, "first_name", name, "age", age, "date_joined", joined);
  }

  private Posts add(String dataset, Object... fields) {
    StringBuilder line = new StringBuilder("{");
    for (int i = 0; i < fields.length; i += 2) {
      Object value = fields[i + 1];
      line.append(i == 0 ? "" : ",").append('"').append(fields[i]).append("\":");
      line.append(value instanceof String ? "\"" + value + "\"" : value);
    }
    lines.computeIfAbsent(dataset, none -> new ArrayList<>()).add(line.append("}").toString());
    return this;
  }

  /** All records in batches of so many. */
  List<RawBatch> batches(int size) {
    List<RawBatch> batches = new ArrayList<>();
    lines.forEach(
        (dataset, all) -> {
          for (int from = 0; from < all.size(); from += size) {
            batches.add(
                batch(
                    dataset, batches.size(), all.subList(from, Math.min(from + size, all.size()))));
          }
        });
    return batches;
  }

  private static RawBatch batch(String dataset, int number, List<String> lines) {
    byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    RawBlock block = new RawBlock();
    block.setLines("object", bytes, 0, bytes.length, 0);
    return new HeldBatch(dataset, number, Repeats.NONE, List.of(block));
  }

  /** All records, clean, in batches of so many. */
  PCollection<CleanBatch> clean(TestPipeline pipeline, int size) {
    return pipeline
        .apply("Raw", Create.of(batches(size)).withCoder(RawBatchCoder.of()))
        .apply("Clean", CleanRecords.create());
  }
}
