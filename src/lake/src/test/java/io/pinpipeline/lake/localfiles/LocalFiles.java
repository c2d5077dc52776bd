package io.pinpipeline.lake.localfiles;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** Creates files, which is all that writing data files needs. */
public final class LocalFiles implements Storage {

  @Override
  public StorageOutput create(Location location) throws IOException {
    Path path = location.path();
    Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
    Files.createDirectories(path.getParent());
    OutputStream file = Files.newOutputStream(unfinished);
    return new StorageOutput() {
      private long position;

      @Override
      public long position() {
        return position;
      }

      @Override
      public void write(int value) throws IOException {
        file.write(value);
        position++;
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        file.write(bytes, from, length);
        position += length;
      }

      @Override
      public void finish() throws IOException {
        file.close();
        Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
      }

      @Override
      public void close() throws IOException {
        file.close();
        Files.deleteIfExists(unfinished);
      }
    };
  }

  @Override
  public StoredObject stat(Location location) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void list(Location below, Consumer<StoredObject> visitor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public InputStream read(Location location, long offset, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] readAll(Location location) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void putIfAbsent(Location location, byte[] content) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(Location location) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
