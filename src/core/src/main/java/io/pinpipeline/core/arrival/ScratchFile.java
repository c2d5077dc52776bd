package io.pinpipeline.core.arrival;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A file for what has no place on the heap. It has no name once it is open, and goes with the
 * process, or when nobody has its content any more.
 */
final class ScratchFile {

  /** Bytes that are mapped at once: less than 2 GiB. */
  private static final int MOST_MAPPED = 1 << 26;

  private ScratchFile() {}

  /**
   * Writes pages of one size, and gives them back as they are in the file, mapped and read-only:
   * the system keeps in memory what is used of them.
   *
   * @param folder where the file is made
   * @throws IOException if there is no room for it
   */
  static List<ByteBuffer> write(Path folder, List<ByteBuffer> pages) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            Files.createDirectories(folder).resolve("pinpipeline-keys-" + UUID.randomUUID()),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      for (ByteBuffer page : pages) {
        ByteBuffer left = page.duplicate().clear();
        while (left.hasRemaining()) {
          file.write(left);
        }
      }
      List<ByteBuffer> mapped = new ArrayList<>(pages.size());
      int bytes = pages.get(0).capacity();
      int many = Math.max(1, MOST_MAPPED / bytes);
      for (int from = 0; from < pages.size(); from += many) {
        int count = Math.min(many, pages.size() - from);
        ByteBuffer chunk =
            file.map(FileChannel.MapMode.READ_ONLY, (long) from * bytes, (long) count * bytes);
        for (int number = 0; number < count; number++) {
          mapped.add(chunk.slice(number * bytes, bytes).order(pages.get(from + number).order()));
        }
      }
      return mapped;
    } catch (IOException e) {
      throw new IOException(
          "The keys of a stream do not fit on the heap, and cannot be written to "
              + folder
              + ": "
              + e
              + ". Make room there, or name another folder with -Djava.io.tmpdir.",
          e);
    }
  }
}
