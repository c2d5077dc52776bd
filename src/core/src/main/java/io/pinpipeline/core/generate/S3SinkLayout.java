package io.pinpipeline.core.generate;

import java.io.Closeable;
import java.io.IOException;

/**
 * Objects as Kafka Connect's S3 sink writes them: {@code
 * topics/<prefix>.pin/partition=<p>/<prefix>.pin+<p>+<first offset, 10 digits>.json}, with
 * newline-delimited records. All copies of a post are in one partition, as with Kafka's default
 * partitioner.
 *
 * @param prefix what topic names begin with
 * @param partitions how many partitions each topic has
 * @param recordsPerObject how many records an object holds; the last one of a partition may hold
 *     fewer
 */
public record S3SinkLayout(String prefix, int partitions, int recordsPerObject)
    implements PostLayout {

  public S3SinkLayout {
    if (partitions < 1 || recordsPerObject < 1) {
      throw new IllegalArgumentException(
          "%d partitions with %d records an object cannot be written: give 1 or more of each."
              .formatted(partitions, recordsPerObject));
    }
  }

  /** Three partitions, a thousand records an object. */
  public S3SinkLayout(String prefix) {
    this(prefix, 3, 1000);
  }

  @Override
  public Expected write(PostGenerator generator, PostSink sink) throws IOException {
    try (Topics topics = new Topics(sink)) {
      return generator.generate(0, generator.turns(), topics);
    }
  }

  private final class Topics implements RecordConsumer, Closeable {

    private final Partition[][] partitionsOfTopics;

    Topics(PostSink sink) {
      RecordKind[] kinds = RecordKind.values();
      partitionsOfTopics = new Partition[kinds.length][partitions];
      for (RecordKind kind : kinds) {
        String topic = prefix + "." + kind.dataset();
        for (int partition = 0; partition < partitions; partition++) {
          partitionsOfTopics[kind.number()][partition] =
              new Partition(sink, topic, partition, recordsPerObject);
        }
      }
    }

    @Override
    public void accept(RecordKind kind, int key, byte[] buffer, int offset, int length)
        throws IOException {
      int partition = (int) Long.remainderUnsigned(Draws.mix(key), partitions);
      partitionsOfTopics[kind.number()][partition].append(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
      IOException failure = null;
      for (Partition[] topic : partitionsOfTopics) {
        for (Partition partition : topic) {
          try {
            partition.lines.close();
          } catch (IOException e) {
            if (failure == null) {
              failure = e;
            } else {
              failure.addSuppressed(e);
            }
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** The objects of one partition, one after the other. */
  private static final class Partition {

    private final PostSink sink;
    private final String names;
    private final int recordsPerObject;
    private final LineWriter lines = new LineWriter();
    private long records;

    Partition(PostSink sink, String topic, int partition, int recordsPerObject) {
      this.sink = sink;
      this.names = "topics/%s/partition=%d/%s+%d+".formatted(topic, partition, topic, partition);
      this.recordsPerObject = recordsPerObject;
    }

    void append(byte[] buffer, int offset, int length) throws IOException {
      if (records % recordsPerObject == 0) {
        lines.close();
        lines.open(sink.open(names + "%010d.json".formatted(records)));
      }
      lines.line(buffer, offset, length);
      records++;
    }
  }
}
