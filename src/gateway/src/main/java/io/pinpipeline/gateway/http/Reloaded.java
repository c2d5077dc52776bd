package io.pinpipeline.gateway.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What files say, read again when they change. Files that say nothing that can be used, such as
 * those that are just being written, change nothing: what was read before holds. It is thread-safe.
 */
public final class Reloaded<T> implements Supplier<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

  /** Reads the files. */
  public interface Reader<T> {

    /**
     * What the files say.
     *
     * @throws IllegalArgumentException if it cannot be used
     * @throws IOException if a file cannot be read
     */
    T read() throws IOException;
  }

  private final String what;
  private final List<Path> files;
  private final Reader<T> reader;
  private List<byte[]> seen;
  private volatile T value;

  private Reloaded(String what, List<Path> files, Reader<T> reader) throws IOException {
    this.what = what;
    this.files = List.copyOf(files);
    this.reader = reader;
    seen = bytes();
    value = reader.read();
  }

  /**
   * Reads files for the first time.
   *
   * @param what what it is, in words for the log
   * @throws IllegalArgumentException if it cannot be used
   * @throws IOException if a file cannot be read
   */
  public static <T> Reloaded<T> read(String what, List<Path> files, Reader<T> reader)
      throws IOException {
    return new Reloaded<>(what, files, reader);
  }

  /** What is in the files; nothing where one cannot be read. */
  private List<byte[]> bytes() {
    List<byte[]> all = new ArrayList<>();
    try {
      for (Path file : files) {
        all.add(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      return List.of(); // the reader tells why
    }
    return all;
  }

  /** Looks whether the files have changed, and reads them if so. */
  synchronized void look() {
    List<byte[]> now = bytes();
    if (Arrays.deepEquals(seen.toArray(), now.toArray())) {
      return;
    }
    seen = now; // a fault is told once
    try {
      value = reader.read();
      LOG.info("{} changed, and hold from now on.", what);
    } catch (IOException | RuntimeException e) { // or nobody would look any more
      LOG.warn("{} changed, but cannot be used: {}. Those before hold.", what, e.getMessage());
    }
  }

  @Override
  public T get() {
    return value;
  }
}
