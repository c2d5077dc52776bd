package io.pinpipeline.lake.archive;

import java.io.Serializable;

/**
 * What the archive holds of a partition, from its beginning on.
 *
 * @param to the offset behind the last that was archived
 * @param records how many records
 * @param bytes of their values, each with the line feed behind it
 * @param objects how many objects
 */
public record Archived(long to, long records, long bytes, long objects) implements Serializable {

  /** Nothing, up to an offset. */
  public static Archived nothing(long to) {
    return new Archived(to, 0, 0, 0);
  }

  /** With what another holds; the offset is this one's. */
  public Archived plus(Archived more) {
    return new Archived(to, records + more.records, bytes + more.bytes, objects + more.objects);
  }

  /** What has come since. */
  public Archived minus(Archived before) {
    return new Archived(
        to, records - before.records, bytes - before.bytes, objects - before.objects);
  }
}
