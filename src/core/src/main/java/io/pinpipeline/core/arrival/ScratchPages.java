package io.pinpipeline.core.arrival;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Pages of one size, filled with zeros: the first on the heap, all others in a file that is mapped
 * into memory. So they may outgrow the heap, and the memory too; the system keeps in memory those
 * that are used.
 *
 * <p>The file has no name once it is open, and goes with the process, or with the last of its
 * pages. Not thread-safe.
 */
final class ScratchPages {

  /** By how many pages the file grows. */
  private static final int PAGES_A_CHUNK = 256;

  private static final int BYTES_A_WRITE = 1 << 20;

  private final int bytes;
  private final Path folder;
  private int leftOnHeap;
  private @Nullable FileChannel file;
  private long end;
  private ByteBuffer chunk = ByteBuffer.allocate(0);

  /**
   * None yet.
   *
   * @param bytes the size of a page
   * @param onHeap how many of them are on the heap
   * @param folder where the file is made, once there are more
   */
  ScratchPages(int bytes, int onHeap, Path folder) {
    this.bytes = bytes;
    this.leftOnHeap = onHeap;
    this.folder = folder;
  }

  int bytes() {
    return bytes;
  }

  /**
   * Another page, in the native order of bytes.
   *
   * @throws UncheckedIOException if there is no room for it in the folder
   */
  ByteBuffer next() {
    if (leftOnHeap > 0) {
      leftOnHeap--;
      return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
    if (!chunk.hasRemaining()) {
      try {
        chunk = more();
      } catch (IOException e) {
        throw new UncheckedIOException(
            new IOException(
                "The scratch file of a stream's keys cannot grow beyond "
                    + end
                    + " bytes in "
                    + folder
                    + ": "
                    + e
                    + ". Make room there, or name another folder with -Djava.io.tmpdir.",
                e));
      }
    }
    ByteBuffer page = chunk.slice(chunk.position(), bytes).order(ByteOrder.nativeOrder());
    chunk.position(chunk.position() + bytes);
    return page;
  }

  private ByteBuffer more() throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      channel =
          FileChannel.open(
              Files.createDirectories(folder).resolve("pinpipeline-keys-" + UUID.randomUUID()),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      file = channel;
    }
    long size = (long) bytes * PAGES_A_CHUNK;
    // written, not only mapped: a store into a page for which the disk has no room is fatal
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, BYTES_A_WRITE));
    for (long at = end; at < end + size; at += zeros.position()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), end + size - at));
      while (zeros.hasRemaining()) {
        channel.write(zeros, at + zeros.position());
      }
    }
    ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, end, size);
    end += size;
    return mapped;
  }
}
