package io.pinpipeline.lake.delta;

import io.delta.kernel.utils.CloseableIterator;
import java.util.Iterator;

/** An iterator as Kernel wants them, of what is held in memory. */
record InMemoryIterator<T>(Iterator<T> items) implements CloseableIterator<T> {

  @Override
  public boolean hasNext() {
    return items.hasNext();
  }

  @Override
  public T next() {
    return items.next();
  }

  @Override
  public void close() {}
}
