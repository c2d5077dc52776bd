package io.pinpipeline.transforms;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait on the local disk instead of in memory. The file, in the folder that {@code
 * java.io.tmpdir} names, has no name once it is open, so nothing is left of it however the process
 * ends; it is closed when nothing refers to it any more. One thread writes, any may read.
 */
public final class SpillFile {

  /** Less than this is not worth a trip to the disk. */
  static final int LEAST_BYTES = 4096;

  private @Nullable FileChannel channel;
  private long size;

  /** Puts bytes into the file; where they begin. */
  long write(byte[] bytes) {
    try {
      FileChannel file = opened();
      long at = size;
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        size += file.write(left, size);
      }
      return at;
    } catch (IOException e) {
      throw failed("be put", e);
    }
  }

  /** Reads bytes back. */
  byte[] read(long at, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try {
      FileChannel file = opened();
      while (bytes.hasRemaining()) {
        if (file.read(bytes, at + bytes.position()) < 0) {
          throw new EOFException("the file has become shorter");
        }
      }
    } catch (IOException e) {
      throw failed("be read back", e);
    }
    return bytes.array();
  }

  private FileChannel opened() throws IOException {
    if (channel == null) {
      Path path = Files.createTempFile("pinpipeline-shuffle-", ".tmp");
      try {
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      } finally {
        Files.delete(path);
      }
    }
    return channel;
  }

  private static UncheckedIOException failed(String what, IOException cause) {
    return new UncheckedIOException(
        new IOException(
            "What a shuffle holds cannot "
                + what
                + " in the folder for temporary files, "
                + System.getProperty("java.io.tmpdir")
                + " ("
                + cause.getMessage()
                + "). Make room there, or name another with PINPIPELINE_JVM_ARGS=-Djava.io.tmpdir=DIR.",
            cause));
  }
}
