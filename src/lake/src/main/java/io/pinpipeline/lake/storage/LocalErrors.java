package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says in a sentence what an exception of the local file system means, and what to do about it. */
final class LocalErrors {

  private LocalErrors() {}

  /**
   * @param action what was tried, such as "write"
   * @param path what it was tried on
   */
  static IOException explain(String action, Path path, IOException error) {
    if (error instanceof NoSuchFileException) {
      return missing(path);
    }
    if (error instanceof ClosedByInterruptException) {
      return error;
    }
    return new IOException("cannot " + action + " " + path + ": " + reason(path, error), error);
  }

  static NoSuchFileException missing(Path path) {
    return new NoSuchFileException(path.toString(), null, "there is no such file");
  }

  private static String reason(Path path, IOException error) {
    String text = text(error);
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("not enough space")) {
      return "the disk of "
          + nearestFolder(path)
          + " is full"
          + space(path)
          + "; free some space or choose a location on another disk";
    }
    if (lower.contains("quota exceeded")) {
      return "the disk quota of user "
          + user()
          + " is used up; free some space or choose a location on another disk";
    }
    if (lower.contains("too many open files")) {
      return "this process or system has too many open files; raise the limit (ulimit -n) or lower"
          + " the parallelism";
    }
    if (lower.contains("read-only file system")) {
      return "its file system is mounted read-only; choose another location or mount it for writing";
    }
    if (lower.contains("name too long")) {
      return "its name is longer than the file system allows; choose a shorter one";
    }
    if (error instanceof AccessDeniedException
        || lower.contains("permission denied")
        || lower.contains("operation not permitted")) {
      return "user "
          + user()
          + " lacks the permission; grant it on the file and the folders above it, or run as a user"
          + " who has it";
    }
    if (error instanceof NotDirectoryException || lower.contains("not a directory")) {
      return "a file stands where a folder is needed; remove it or choose another location";
    }
    if (lower.contains("is a directory") || lower.contains("directory not empty")) {
      return "it is a folder, not a file; choose another name";
    }
    if (error instanceof FileSystemLoopException || lower.contains("symbolic links")) {
      return "its symbolic links lead in a circle; repair them";
    }
    return text;
  }

  /** The file system's own words, without the file names that Java puts before them. */
  private static String text(IOException error) {
    @Nullable String reason =
        error instanceof FileSystemException e ? e.getReason() : error.getMessage();
    return Objects.requireNonNullElse(reason, error.getClass().getSimpleName());
  }

  private static String user() {
    return System.getProperty("user.name", "of this process");
  }

  private static String space(Path path) {
    try {
      var store = Files.getFileStore(nearestFolder(path));
      return String.format(
          Locale.ROOT,
          " (%d of %d MiB usable)",
          store.getUsableSpace() >> 20,
          store.getTotalSpace() >> 20);
    } catch (IOException e) {
      return "";
    }
  }

  private static Path nearestFolder(Path path) {
    Path folder = path;
    while (!Files.isDirectory(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder;
  }
}
