package io.pinpipeline.lake.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.function.Consumer;

/**
 * The door to files and objects. Implementations are thread-safe.
 *
 * <p>A folder is no object: it is there while something is below it, and it cannot be read,
 * measured or deleted.
 *
 * <p>What is missing is a {@link NoSuchFileException}; every other failure is an {@link
 * IOException} whose message says what was tried, why it failed and what to do, without the need of
 * its cause.
 */
public interface Storage extends Closeable {

  /** What is known of one object, without reading it. */
  StoredObject stat(Location location) throws IOException;

  /** Whether an object is there. */
  default boolean exists(Location location) throws IOException {
    try {
      stat(location);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Hands every object below a location (a folder, or the object itself) to the visitor, at any
   * depth, ordered by the UTF-8 bytes of their names. A location with nothing below it visits none.
   */
  void list(Location below, Consumer<StoredObject> visitor) throws IOException;

  /**
   * As {@link #list(Location, Consumer)}, without descending into folders, from the name that
   * follows {@code startAfter} in order ("" for all). It is what a Delta log is listed with.
   */
  void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor)
      throws IOException;

  /**
   * Reads {@code length} bytes from {@code offset} on (fewer where the object ends before). The
   * stream goes on where it was after a passing fault.
   */
  InputStream read(Location location, long offset, long length) throws IOException;

  /**
   * As {@link #read(Location, long, long)}, of the state in which a listing has shown the object.
   * It fails where the store can tell that the object is in another by now.
   */
  default InputStream read(StoredObject object, long offset, long length) throws IOException {
    return read(object.location(), offset, length);
  }

  /** Reads a whole small object. */
  byte[] readAll(Location location) throws IOException;

  /**
   * Starts an object that is visible once, and only when, it is finished. It replaces an old one.
   */
  StorageOutput create(Location location) throws IOException;

  /**
   * Writes a small object if there is none of that name, atomically: of two writers one wins. No
   * two writers may write the same content: one that finds its own content there takes it for its
   * own write, of which the answer was lost.
   *
   * @throws FileAlreadyExistsException if there is one
   */
  void putIfAbsent(Location location, byte[] content) throws IOException;

  /** Removes an object; nothing happens if there is none. */
  void delete(Location location) throws IOException;

  /**
   * Hands what was begun below a folder and not finished to the visitor, at any depth, in no
   * particular order: what is being written just now, and what killed writers left behind.
   *
   * <p>Its location is where the bytes are or are to be, its size how many there are so far, its
   * version what tells it from other writes to the same location, and its time that of the last
   * write or, where the store does not know that, of the beginning.
   */
  void listUnfinished(Location below, Consumer<StoredObject> visitor) throws IOException;

  /**
   * Throws away what {@link #listUnfinished} found; a writer that is still at work on it will fail.
   * Nothing happens if it is gone.
   */
  void abort(StoredObject unfinished) throws IOException;
}
