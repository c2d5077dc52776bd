package io.pinpipeline.core.batch;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The blocks of a batch, one after the other, in the order of their source. */
public interface BlockReader extends Closeable {

  /** The next block, which may be the last one filled anew; null after the last. */
  @Nullable RawBlock next() throws IOException;
}
