package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Files of the local file system, or of one mounted like it.
 *
 * <p>What is being written stands beside its final place under a hidden name, which listings leave
 * out. Listings follow symbolic links to files, and below a location not those to folders.
 */
public final class LocalStorage implements Storage {

  private static final String HIDDEN = ".unfinished-";

  /** Not the lock, which writers take turns by: it has to stay. */
  private static final Predicate<String> UNFINISHED =
      Pattern.compile(Pattern.quote(HIDDEN) + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
          .asMatchPredicate();

  /** What Linux and macOS say on file systems that have no hard links. */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

  private final Linker linker;

  public LocalStorage() {
    this(Files::createLink);
  }

  LocalStorage(Linker linker) {
    this.linker = linker;
  }

  /** Gives a file a second name, if nothing has that name. */
  @FunctionalInterface
  interface Linker {
    void link(Path name, Path existing) throws IOException;
  }

  @Override
  public StoredObject stat(Location location) throws IOException {
    Path path = path(location);
    try {
      return stored(location, attributes(path));
    } catch (IOException e) {
      throw LocalErrors.explain("look at", path, e);
    }
  }

  @Override
  public void list(Location below, Consumer<StoredObject> visitor) throws IOException {
    Path path = path(below);
    if (Files.isRegularFile(path)) {
      visitor.accept(stat(below));
    } else {
      visitFolder(below, path, "", true, visitor);
    }
  }

  @Override
  public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor)
      throws IOException {
    visitFolder(folder, path(folder), startAfter, false, visitor);
  }

  private static void visitFolder(
      Location folder,
      Path path,
      String startAfter,
      boolean descend,
      Consumer<StoredObject> visitor)
      throws IOException {
    for (Entry entry : entries(path, name -> !name.startsWith(HIDDEN))) {
      if (Location.compareNames(entry.order, startAfter) <= 0) {
        continue;
      }
      Location location = folder.resolve(entry.path.getFileName().toString());
      if (!entry.folder()) {
        visitor.accept(stored(location, entry.attributes));
      } else if (descend) {
        visitFolder(location, entry.path, "", true, visitor);
      }
    }
  }

  /**
   * @param order what orders it among its siblings: a folder comes where the names below it do
   */
  private record Entry(Path path, BasicFileAttributes attributes, String order) {
    boolean folder() {
      return attributes.isDirectory();
    }
  }

  /** The files and folders of such names right below a folder, in order; none if it is missing. */
  private static List<Entry> entries(Path folder, Predicate<String> wanted) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        if (!wanted.test(name)) {
          continue;
        }
        try {
          BasicFileAttributes attributes = attributes(child);
          if (attributes.isDirectory() && !Files.isSymbolicLink(child)) {
            entries.add(new Entry(child, attributes, name + "/"));
          } else if (attributes.isRegularFile()) {
            entries.add(new Entry(child, attributes, name));
          }
        } catch (NoSuchFileException e) {
          // Deleted in the meantime, or a link that leads nowhere: no object.
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw LocalErrors.explain("list", folder, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw LocalErrors.explain("list", folder, e);
    }
    entries.sort((a, b) -> Location.compareNames(a.order, b.order));
    return entries;
  }

  @Override
  public InputStream read(Location location, long offset, long length) throws IOException {
    Path path = path(location);
    try {
      requireFile(path);
      SeekableByteChannel channel = Files.newByteChannel(path);
      channel.position(offset);
      return new BoundedInputStream(Channels.newInputStream(channel), length);
    } catch (IOException e) {
      throw LocalErrors.explain("read", path, e);
    }
  }

  @Override
  public byte[] readAll(Location location) throws IOException {
    Path path = path(location);
    try {
      requireFile(path);
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw LocalErrors.explain("read", path, e);
    }
  }

  @Override
  public StorageOutput create(Location location) throws IOException {
    Path path = path(location);
    try {
      return new LocalOutput(path, temporary(path));
    } catch (IOException e) {
      throw LocalErrors.explain("write", path, e);
    }
  }

  @Override
  public void putIfAbsent(Location location, byte[] content) throws IOException {
    Path path = path(location);
    try {
      Path temporary = temporary(path);
      try {
        try (FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          Channels.newOutputStream(channel).write(content);
          channel.force(true);
        }
        try {
          linker.link(path, temporary);
        } catch (UnsupportedOperationException e) {
          moveIfAbsent(temporary, path);
        } catch (FileSystemException e) {
          if (!NO_LINKS.contains(String.valueOf(e.getReason()))) {
            throw e;
          }
          moveIfAbsent(temporary, path);
        }
        forceName(path);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(path.toString(), null, "it is there already");
    } catch (IOException e) {
      throw LocalErrors.explain("write", path, e);
    }
  }

  /**
   * For file systems without hard links, such as FAT: a rename would replace what is there, so
   * writers take turns. The lock is the operating system's, which lets go of it when a process
   * dies.
   */
  private static void moveIfAbsent(Path temporary, Path path) throws IOException {
    Path lock = path.resolveSibling(HIDDEN + "lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock(channel)) {
      if (held.isValid() && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(path.toString());
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        // Another thread of this process has it, for the moment of a rename.
        Retries.pause(1);
      }
    }
  }

  @Override
  public void delete(Location location) throws IOException {
    Path path = path(location);
    try {
      if (!Files.isDirectory(path)) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw LocalErrors.explain("delete", path, e);
    }
  }

  @Override
  public void listUnfinished(Location below, Consumer<StoredObject> visitor) throws IOException {
    for (Entry entry : entries(path(below), name -> true)) {
      String name = entry.path.getFileName().toString();
      if (entry.folder()) {
        listUnfinished(below.resolve(name), visitor);
      } else if (UNFINISHED.test(name)) {
        visitor.accept(stored(below.resolve(name), entry.attributes));
      }
    }
  }

  @Override
  public void abort(StoredObject unfinished) throws IOException {
    delete(unfinished.location());
  }

  @Override
  public void close() {}

  /** Makes a new name outlive a power failure, where the system lets us. */
  static void forceName(Path file) {
    Path folder = file.resolveSibling("");
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders; it writes names through.
    }
  }

  /** A name beside the target's; the folders above are made. */
  private static Path temporary(Path target) throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("it is a folder, not a file; choose another name");
    }
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new FileSystemException(folder.toString(), null, "Not a directory");
    }
    return folder.resolve(HIDDEN + UUID.randomUUID());
  }

  private static void requireFile(Path path) throws IOException {
    if (attributes(path).isDirectory()) {
      throw LocalErrors.missing(path);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  private static StoredObject stored(Location location, BasicFileAttributes attributes)
      throws IOException {
    if (attributes.isDirectory()) {
      throw LocalErrors.missing(location.path());
    }
    return new StoredObject(
        location, attributes.size(), "", attributes.lastModifiedTime().toMillis());
  }

  private static Path path(Location location) throws IOException {
    try {
      return location.path();
    } catch (InvalidPathException e) {
      throw new IOException(
          "cannot use "
              + location
              + " as a file: "
              + e.getReason()
              + "; if the name has letters beyond ASCII, run with a UTF-8 locale (LC_ALL=C.UTF-8)",
          e);
    }
  }
}
