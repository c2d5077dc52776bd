package io.pinpipeline.transforms;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way through a shuffle, compared by content; they are not written to. They are in
 * memory, or spilled to disk.
 */
public final class HeldBytes {

  private final byte @Nullable [] held;
  private final @Nullable SpillFile file;
  private final long at;
  private final int length;

  private HeldBytes(byte @Nullable [] held, @Nullable SpillFile file, long at, int length) {
    this.held = held;
    this.file = file;
    this.at = at;
    this.length = length;
  }

  /** These bytes, which are the caller's no more. */
  public static HeldBytes of(byte[] bytes) {
    return new HeldBytes(bytes, null, 0, bytes.length);
  }

  /** The bytes, read from disk where they were spilled. */
  public byte[] bytes() {
    if (held != null) {
      return held;
    }
    return Objects.requireNonNull(file).read(at, length);
  }

  /**
   * The same bytes in the file instead of in memory, where that is worth it. Engines that send them
   * on read them back at once; those that hold all of a shuffle hold next to nothing.
   */
  public HeldBytes spilledTo(SpillFile into) {
    return held == null || length < SpillFile.LEAST_BYTES
        ? this
        : new HeldBytes(null, into, into.write(held), length);
  }

  /** The same bytes in memory. */
  public HeldBytes inMemory() {
    return held != null ? this : of(bytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeldBytes that && Arrays.equals(bytes(), that.bytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes());
  }
}
