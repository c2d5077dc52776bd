package io.pinpipeline.bench.job;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** A storage for one file, which goes to a stream that somebody else has opened, and closes. */
final class StreamStorage implements Storage {

  private final OutputStream stream;

  StreamStorage(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public StorageOutput create(Location location) {
    return new StorageOutput() {
      private long position;

      @Override
      public long position() {
        return position;
      }

      @Override
      public void write(int value) throws IOException {
        stream.write(value);
        position++;
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        stream.write(bytes, from, length);
        position += length;
      }

      @Override
      public void finish() throws IOException {
        stream.flush();
      }

      @Override
      public void close() {}
    };
  }

  private static UnsupportedOperationException writeOnly() {
    return new UnsupportedOperationException("one file is written, and nothing else");
  }

  @Override
  public StoredObject stat(Location location) {
    throw writeOnly();
  }

  @Override
  public void list(Location below, Consumer<StoredObject> visitor) {
    throw writeOnly();
  }

  @Override
  public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor) {
    throw writeOnly();
  }

  @Override
  public InputStream read(Location location, long offset, long length) {
    throw writeOnly();
  }

  @Override
  public byte[] readAll(Location location) {
    throw writeOnly();
  }

  @Override
  public void putIfAbsent(Location location, byte[] content) {
    throw writeOnly();
  }

  @Override
  public void delete(Location location) {
    throw writeOnly();
  }

  @Override
  public void listUnfinished(Location below, Consumer<StoredObject> visitor) {
    throw writeOnly();
  }

  @Override
  public void abort(StoredObject unfinished) {
    throw writeOnly();
  }

  @Override
  public void close() {}
}
