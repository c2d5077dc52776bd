package io.pinpipeline.lake.run;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A storage that breaks at one of its writes, and then does nothing more: a process was killed. */
public final class FailingStorage extends WatchedStorage {

  /** Whether the write that breaks has had its effect. */
  public enum Break {
    BEFORE,
    AFTER
  }

  private final int breaksAt;
  private final Break kind;
  private final AtomicInteger writes = new AtomicInteger();

  /**
   * @param breaksAt the number of the write, from 1
   */
  public FailingStorage(Storage storage, int breaksAt, Break kind) {
    super(storage);
    this.breaksAt = breaksAt;
    this.kind = kind;
  }

  public boolean broke() {
    return writes.get() >= breaksAt;
  }

  @Override
  void write(Location location, Write write) throws IOException {
    int number = writes.incrementAndGet();
    if (number < breaksAt || (number == breaksAt && kind == Break.AFTER)) {
      write.run();
    }
    access(location);
  }

  @Override
  void access(Location location) throws IOException {
    if (broke()) {
      throw new IOException("cannot reach " + location + ": broken by the test");
    }
  }
}
