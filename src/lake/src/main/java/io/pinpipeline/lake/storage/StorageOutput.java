package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A new object being written. {@link #finish()} makes it visible; {@link #close()} without it
 * leaves nothing behind.
 */
public abstract class StorageOutput extends OutputStream {

  /** The bytes written so far. */
  public abstract long position();

  /** Makes the object visible, whole. */
  public abstract void finish() throws IOException;

  /** Ends writing; what was not finished is thrown away. */
  @Override
  public abstract void close() throws IOException;
}
