package io.pinpipeline.gateway.emulate;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Where posts come from. A position is a few numbers by which the source finds its place again, so
 * a run can go on where another one stopped.
 */
public sealed interface PostSource extends Closeable
    permits InventedPosts, RandomRows, SequentialRows {

  /** The position before the first post. */
  List<Long> begin();

  /**
   * The next posts.
   *
   * @param position where the last ones ended
   * @param posts how many at most, besides those that are sent again
   * @return null where there are no more
   * @throws IOException if they cannot be read
   */
  @Nullable PostBatch next(List<Long> position, int posts) throws IOException;

  /** How far a position is, in words. */
  String progress(List<Long> position);

  /** Which part of the posts is before a position, from 0 to 1; empty where there is no end. */
  OptionalDouble share(List<Long> position);

  /** How many records were left out because no client can post them. */
  default long leftOut() {
    return 0;
  }

  @Override
  default void close() throws IOException {}
}
