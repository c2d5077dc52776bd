package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A file under a temporary name, until it is finished. */
final class LocalOutput extends StorageOutput {

  private static final int BUFFER = 64 << 10;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long position;
  private boolean failed;

  LocalOutput(Path target, Path temporary) throws IOException {
    this.target = target;
    this.temporary = temporary;
    channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    attempt(
        () -> {
          if (length > buffer.remaining()) {
            drain();
          }
          if (length < buffer.capacity()) {
            buffer.put(bytes, offset, length);
          } else {
            writeFully(ByteBuffer.wrap(bytes, offset, length));
          }
        });
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void finish() throws IOException {
    attempt(
        () -> {
          drain();
          // Before the rename, or a power failure may leave the name with nothing behind it.
          channel.force(true);
          channel.close();
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
          LocalStorage.forceName(target);
        });
  }

  @Override
  public void close() throws IOException {
    try {
      try {
        channel.close();
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw LocalErrors.explain("remove", temporary, e);
    }
  }

  private void drain() throws IOException {
    writeFully(buffer.flip());
    buffer.clear();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** After a failure the file has a hole, so that nothing may follow it. */
  private void attempt(Step step) throws IOException {
    if (failed || !channel.isOpen()) {
      throw new IOException(
          "cannot write " + target + ": it was finished or closed, or an earlier write failed");
    }
    failed = true;
    try {
      step.run();
    } catch (IOException e) {
      throw LocalErrors.explain("write", target, e);
    }
    failed = false;
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}
