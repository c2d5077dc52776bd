package io.pinpipeline.core.generate;

import java.io.IOException;

/** How generated records are laid out in files. */
public interface PostLayout {

  /**
   * Writes all of a generator's records.
   *
   * <p>In every layout the copies of a post arrive in the order of (file name, offset) in which
   * they were sent.
   *
   * @return what cleaning the files must count
   * @throws IOException if the sink fails
   */
  Expected write(PostGenerator generator, PostSink sink) throws IOException;
}
