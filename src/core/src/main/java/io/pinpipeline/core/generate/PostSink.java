package io.pinpipeline.core.generate;

import java.io.IOException;
import java.io.OutputStream;

/** Where generated files go: a directory, a bucket, a map in a test. */
@FunctionalInterface
public interface PostSink {

  /**
   * Opens a new file or object for writing.
   *
   * @param relativeName path below the sink's root, parts joined by {@code /}
   * @return a stream that need not be buffered; it is closed when the file is complete, and also
   *     when generation fails midway
   */
  OutputStream open(String relativeName) throws IOException;
}
