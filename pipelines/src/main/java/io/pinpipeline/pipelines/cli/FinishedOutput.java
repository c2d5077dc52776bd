package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** An object that becomes visible when its stream is closed, as writers of streams expect. */
final class FinishedOutput extends BufferedOutputStream {

  private final StorageOutput object;
  private boolean closed;

  FinishedOutput(Storage storage, Location location) throws IOException {
    this(storage.create(location));
  }

  private FinishedOutput(StorageOutput object) {
    super((OutputStream) object, 1 << 16);
    this.object = object;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (object) {
        flush();
        object.finish();
      }
    }
  }
}
