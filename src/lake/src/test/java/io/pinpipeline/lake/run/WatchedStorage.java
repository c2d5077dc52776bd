package io.pinpipeline.lake.run;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * A storage whose writes a test can come between. A write is whatever changes what a reader may
 * see: an object that becomes visible, or one that is removed.
 */
abstract class WatchedStorage implements Storage {

  private final Storage storage;

  WatchedStorage(Storage storage) {
    this.storage = storage;
  }

  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  /** Does the write, or not. */
  abstract void write(Location location, Write write) throws IOException;

  /** Is asked before anything else is done. */
  void access(Location location) throws IOException {}

  @Override
  public StoredObject stat(Location location) throws IOException {
    access(location);
    return storage.stat(location);
  }

  @Override
  public void list(Location below, Consumer<StoredObject> visitor) throws IOException {
    access(below);
    storage.list(below, visitor);
  }

  @Override
  public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor)
      throws IOException {
    access(folder);
    storage.listFolder(folder, startAfter, visitor);
  }

  @Override
  public InputStream read(Location location, long offset, long length) throws IOException {
    access(location);
    return storage.read(location, offset, length);
  }

  @Override
  public byte[] readAll(Location location) throws IOException {
    access(location);
    return storage.readAll(location);
  }

  @Override
  public StorageOutput create(Location location) throws IOException {
    access(location);
    StorageOutput out = storage.create(location);
    return new StorageOutput() {
      @Override
      public void write(int value) throws IOException {
        out.write(value);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public long position() {
        return out.position();
      }

      @Override
      public void finish() throws IOException {
        WatchedStorage.this.write(location, out::finish);
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public void putIfAbsent(Location location, byte[] content) throws IOException {
    write(location, () -> storage.putIfAbsent(location, content));
  }

  @Override
  public void delete(Location location) throws IOException {
    write(location, () -> storage.delete(location));
  }

  @Override
  public void listUnfinished(Location below, Consumer<StoredObject> visitor) throws IOException {
    access(below);
    storage.listUnfinished(below, visitor);
  }

  @Override
  public void abort(StoredObject unfinished) throws IOException {
    write(unfinished.location(), () -> storage.abort(unfinished));
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }
}
