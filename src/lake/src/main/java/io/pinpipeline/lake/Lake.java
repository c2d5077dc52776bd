package io.pinpipeline.lake;

import io.pinpipeline.lake.storage.Location;
import java.io.Serializable;

/**
 * Where things are in a lake.
 *
 * @param location its root: a local folder, or a place in a bucket
 */
public record Lake(Location location) implements Serializable {

  /** The clean table of a dataset. */
  public Location silver(String dataset) {
    return location.resolve("silver").resolve(dataset);
  }

  /** The table of the answers to a question. */
  public Location gold(String question) {
    return location.resolve("gold").resolve(question);
  }

  /** The table of records that could not be cleaned, of all datasets. */
  public Location deadLetters() {
    return location.resolve("dead_letter");
  }

  /** The books of each run, as JSON files. */
  public Location books() {
    return location.resolve("books");
  }
}
