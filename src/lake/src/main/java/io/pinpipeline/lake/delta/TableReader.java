package io.pinpipeline.lake.delta;

import io.pinpipeline.core.table.ColumnBlock;
import java.io.Closeable;
import java.io.IOException;

/** Rows read a block at a time: {@code while (reader.next()) use(reader.block())}. */
public interface TableReader extends Closeable {

  /** Moves on to the next block, which is never empty; false at the end. */
  boolean next() throws IOException;

  /** The block that {@link #next} moved to. It is filled anew by the next call of it. */
  ColumnBlock block();
}
