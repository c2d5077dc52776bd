package io.pinpipeline.pipelines.source;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.Serializable;

/**
 * The lines of an object that begin in {@code [begin, end)}.
 *
 * @param location the object
 * @param size of the whole object in bytes
 * @param version which state of it, as {@link StoredObject} has it
 * @param begin the first byte
 * @param end behind the last byte
 */
record ObjectRange(Location location, long size, String version, long begin, long end)
    implements Serializable {

  /** A whole object. */
  static ObjectRange whole(StoredObject object) {
    return part(object, 0, object.size());
  }

  /** A part of an object. */
  static ObjectRange part(StoredObject object, long begin, long end) {
    return new ObjectRange(object.location(), object.size(), object.version(), begin, end);
  }

  /** The object, in the state in which it was listed. */
  StoredObject object() {
    return new StoredObject(location, size, version, 0);
  }

  boolean isGzip() {
    return Inputs.isGzip(location);
  }

  boolean isValues() {
    return Inputs.isValues(location);
  }

  /** Whether it can only be read from its beginning to its end. */
  boolean isWhole() {
    return isGzip() || isValues();
  }

  /** The bytes to be read, as they are stored. */
  long bytes() {
    return end - begin;
  }
}
