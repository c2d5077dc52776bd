package io.pinpipeline.core.batch;

/**
 * Raw records as they came, back to back in one array. Readers fill and hand out the same block
 * again and again: use it before the next is asked for.
 *
 * <p>The records are the lines of {@code bytes[from, to)}; lines of nothing but white space are no
 * records. A record too large to be held stands alone in its block, cut off: see {@link
 * #oversizeLength()}.
 */
public final class RawBlock {

  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private long offset;
  private long oversizeLength;
  private String origin = "";

  /** Sets what the block holds: whole lines. */
  public void setLines(String newOrigin, byte[] newBytes, int newFrom, int newTo, long newOffset) {
    origin = newOrigin;
    bytes = newBytes;
    from = newFrom;
    to = newTo;
    offset = newOffset;
    oversizeLength = 0;
  }

  /** Makes the block the beginning of one record that is larger than may be. */
  public void setOversize(
      String newOrigin, byte[] newBytes, int newFrom, int newTo, long newOffset, long length) {
    setLines(newOrigin, newBytes, newFrom, newTo, newOffset);
    oversizeLength = length;
  }

  /** The object that the records stand in. */
  public String origin() {
    return origin;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /** The offset in the (decompressed) object of the byte at {@link #from()}. */
  public long offset() {
    return offset;
  }

  /** 0, or the whole length in bytes of the one record whose beginning this block holds. */
  public long oversizeLength() {
    return oversizeLength;
  }
}
