package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Every storage behind one door: each location goes to the storage of its scheme. A client for S3
 * is made when the first location on S3 is used.
 */
public final class Storages implements Storage {

  private final Supplier<S3Client> clients;
  private final Storage local = new LocalStorage();
  private @Nullable Storage s3;

  /**
   * @param clients makes the client for S3, at most once; {@link #close()} closes that client
   */
  public Storages(Supplier<S3Client> clients) {
    this.clients = clients;
  }

  private Storage of(Location location) throws IOException {
    return location.isLocal() ? local : s3(location);
  }

  private synchronized Storage s3(Location location) throws IOException {
    Storage storage = s3;
    if (storage == null) {
      try {
        storage = new S3Storage(clients.get());
      } catch (SdkException e) {
        throw new S3Errors("").explain("use", location, e);
      }
      s3 = storage;
    }
    return storage;
  }

  @Override
  public StoredObject stat(Location location) throws IOException {
    return of(location).stat(location);
  }

  @Override
  public void list(Location below, Consumer<StoredObject> visitor) throws IOException {
    of(below).list(below, visitor);
  }

  @Override
  public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor)
      throws IOException {
    of(folder).listFolder(folder, startAfter, visitor);
  }

  @Override
  public InputStream read(Location location, long offset, long length) throws IOException {
    return of(location).read(location, offset, length);
  }

  @Override
  public InputStream read(StoredObject object, long offset, long length) throws IOException {
    return of(object.location()).read(object, offset, length);
  }

  @Override
  public byte[] readAll(Location location) throws IOException {
    return of(location).readAll(location);
  }

  @Override
  public StorageOutput create(Location location) throws IOException {
    return of(location).create(location);
  }

  @Override
  public void putIfAbsent(Location location, byte[] content) throws IOException {
    of(location).putIfAbsent(location, content);
  }

  @Override
  public void delete(Location location) throws IOException {
    of(location).delete(location);
  }

  @Override
  public void listUnfinished(Location below, Consumer<StoredObject> visitor) throws IOException {
    of(below).listUnfinished(below, visitor);
  }

  @Override
  public void abort(StoredObject unfinished) throws IOException {
    of(unfinished.location()).abort(unfinished);
  }

  @Override
  public synchronized void close() throws IOException {
    if (s3 != null) {
      s3.close();
    }
  }
}
