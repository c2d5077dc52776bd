package io.pinpipeline.lake.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Kernel's access to files, on our storage. */
final class StorageFileIO implements FileIO {

  private static final Map<String, String> SETTINGS =
      Map.of("delta.kernel.default.parquet.reader.batch-size", "4096");

  private final Storage storage;
  private final BooleanSupplier incomplete;

  /**
   * @param incomplete asked when a Parquet file is closed: whether it lacks rows and must not
   *     become visible
   */
  StorageFileIO(Storage storage, BooleanSupplier incomplete) {
    this.storage = storage;
    this.incomplete = incomplete;
  }

  /** The location as Kernel writes it, {@code file:/a}: it compares paths as text. */
  static String path(Location location) {
    return location.isLocal() ? "file:" + location.path() : location.uri();
  }

  /** What Kernel calls {@code file:/a}, and Spark's tables {@code s3a://bucket/a}. */
  static Location location(String path) {
    if (path.startsWith("file:")) {
      return new Location("file:///" + path.replaceFirst("^file:/*", ""));
    }
    return new Location(path.replaceFirst("^s3[an]://", "s3://"));
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    Location first = location(path);
    String name = first.name();
    Location folder =
        new Location(first.uri().substring(0, first.uri().length() - name.length() - 1));
    List<FileStatus> found = new ArrayList<>();
    // The name itself belongs to the listing, so it starts a little before.
    storage.listFolder(
        folder,
        name.substring(0, name.length() - 1),
        object -> {
          if (object.location().name().compareTo(name) >= 0) {
            found.add(status(object));
          }
        });
    return new InMemoryIterator<>(found.iterator());
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    try {
      return status(storage.stat(location(path)));
    } catch (NoSuchFileException e) {
      throw notFound(e);
    }
  }

  private static FileStatus status(StoredObject object) {
    return FileStatus.of(path(object.location()), object.size(), object.modifiedMillis());
  }

  @Override
  public String resolvePath(String path) {
    return path;
  }

  @Override
  public boolean mkdirs(String path) {
    // Storage makes what folders it needs.
    return true;
  }

  @Override
  public boolean delete(String path) throws IOException {
    storage.delete(location(path));
    return true;
  }

  @Override
  public Optional<String> getConf(String key) {
    return Optional.ofNullable(SETTINGS.get(key));
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return new StorageInput(storage, location(path), size);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new StorageOutputFile(path);
  }

  private static FileNotFoundException notFound(NoSuchFileException e) {
    FileNotFoundException kernels = new FileNotFoundException(e.getMessage());
    kernels.initCause(e);
    return kernels;
  }

  /** The size is zero or less where Kernel does not know it, which it does for data files. */
  private record StorageInput(Storage storage, Location location, long size) implements InputFile {

    @Override
    public long length() throws IOException {
      return size > 0 ? size : storage.stat(location).size();
    }

    @Override
    public String path() {
      return StorageFileIO.path(location);
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      try {
        return size > 0
            ? new RangeStream(storage, location, size)
            : new RangeStream(storage, location, storage.readAll(location));
      } catch (NoSuchFileException e) {
        throw notFound(e);
      }
    }
  }

  /**
   * Reads ranges as they are asked for, ahead a little, and the end of a file at once, where the
   * Parquet footer is.
   */
  private static final class RangeStream extends SeekableInputStream {

    private static final int AHEAD = 1 << 18;

    private final Storage storage;
    private final Location location;
    private final long size;
    private long position;

    private byte[] buffer;
    private long bufferStart;

    RangeStream(Storage storage, Location location, long size) {
      this.storage = storage;
      this.location = location;
      this.size = size;
      this.buffer = new byte[0];
    }

    RangeStream(Storage storage, Location location, byte[] whole) {
      this.storage = storage;
      this.location = location;
      this.size = whole.length;
      this.buffer = whole;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long newPosition) {
      position = newPosition;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position >= size) {
        return -1;
      }
      int count;
      if (position >= bufferStart && position < bufferStart + buffer.length) {
        count = Math.min(length, (int) (bufferStart + buffer.length - position));
        System.arraycopy(buffer, (int) (position - bufferStart), target, offset, count);
      } else if (length >= AHEAD) {
        count = (int) Math.min(length, size - position);
        fetch(position, target, offset, count);
      } else {
        bufferStart = Math.min(position, Math.max(0, size - AHEAD));
        buffer = new byte[(int) Math.min(AHEAD, size - bufferStart)];
        fetch(bufferStart, buffer, 0, buffer.length);
        return read(target, offset, length);
      }
      position += count;
      return count;
    }

    private void fetch(long from, byte[] target, int offset, int length) throws IOException {
      try (var in = storage.read(location, from, length)) {
        int count = in.readNBytes(target, offset, length);
        if (count < length) {
          throw new EOFException(
              location
                  + " ends at byte "
                  + (from + count)
                  + " but should hold "
                  + size
                  + " bytes: it was cut or replaced. Restore it, or remove it from the table.");
        }
      } catch (NoSuchFileException e) {
        throw notFound(e);
      }
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws IOException {
      if (readNBytes(target, offset, length) < length) {
        throw new EOFException(location + " holds " + size + " bytes, and more were to be read");
      }
    }
  }

  private final class StorageOutputFile implements OutputFile {

    private final String path;

    StorageOutputFile(String path) {
      this.path = path;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public PositionOutputStream create(boolean putIfAbsent) {
      if (!putIfAbsent) {
        throw new UnsupportedOperationException("data files are not written through Kernel");
      }
      return new AtomicStream(location(path));
    }

    @Override
    public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
        throws IOException {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      try (lines) {
        while (lines.hasNext()) {
          content.writeBytes(lines.next().getBytes(StandardCharsets.UTF_8));
          content.write('\n');
        }
      }
      if (overwrite) {
        try (StorageOutput output = storage.create(location(path))) {
          content.writeTo(output);
          output.finish();
        }
      } else {
        storage.putIfAbsent(location(path), content.toByteArray());
      }
    }
  }

  /** A checkpoint: small beside the table, so it is held in memory until it is whole. */
  private final class AtomicStream extends PositionOutputStream {

    private final Location location;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean closed;

    AtomicStream(Location location) {
      this.location = location;
    }

    @Override
    public long getPos() {
      return content.size();
    }

    @Override
    public void write(int b) {
      content.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      content.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (!closed && !incomplete.getAsBoolean()) {
        storage.putIfAbsent(location, content.toByteArray());
      }
      closed = true;
    }
  }
}
