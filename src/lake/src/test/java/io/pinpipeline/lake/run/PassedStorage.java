package io.pinpipeline.lake.run;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;

/** A storage that lets something happen before one of its writes. */
final class PassedStorage extends WatchedStorage {

  private final int at;
  private final Runnable action;
  private int writes;

  /**
   * @param at the number of the write, from 1
   */
  PassedStorage(Storage storage, int at, Runnable action) {
    super(storage);
    this.at = at;
    this.action = action;
  }

  @Override
  void write(Location location, Write write) throws IOException {
    writes++;
    if (writes == at) {
      action.run();
    }
    write.run();
  }

  boolean happened() {
    return writes >= at;
  }
}
