package io.pinpipeline.core.generate;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Writes records to one file after another, a line each, through one buffer. */
final class LineWriter implements Closeable {

  private final byte[] buffer = new byte[1 << 16];
  private int size;
  private @Nullable OutputStream out;

  /** Starts a file; the one before must be closed. */
  void open(OutputStream file) {
    out = file;
    size = 0;
  }

  void line(byte[] bytes, int offset, int length) throws IOException {
    if (length >= buffer.length - size) {
      drain();
    }
    if (length >= buffer.length) {
      file().write(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, buffer, size, length);
      size += length;
    }
    buffer[size++] = '\n';
  }

  /** Completes the file, if one is open. */
  @Override
  public void close() throws IOException {
    try (OutputStream file = out) {
      out = null;
      if (file != null) {
        file.write(buffer, 0, size);
      }
    }
  }

  private void drain() throws IOException {
    file().write(buffer, 0, size);
    size = 0;
  }

  private OutputStream file() {
    if (out == null) {
      throw new IllegalStateException("No file is open: call open() before line().");
    }
    return out;
  }
}
