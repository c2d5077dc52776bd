package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.core.batch.TopicPartition;
import java.util.Locale;

/** Shards as partitions: what Kinesis calls {@code shardId-000000000012} is number 12. */
final class Shards {

  private static final String PREFIX = "shardId-";

  private Shards() {}

  static TopicPartition partition(String stream, String shard) {
    if (!shard.startsWith(PREFIX)) {
      throw new IllegalArgumentException("no id of a shard: " + shard);
    }
    return new TopicPartition(stream, Integer.parseInt(shard.substring(PREFIX.length())));
  }

  static String id(int partition) {
    return String.format(Locale.ROOT, "%s%012d", PREFIX, partition);
  }
}
