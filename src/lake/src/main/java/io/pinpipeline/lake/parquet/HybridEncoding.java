package io.pinpipeline.lake.parquet;

/**
 * Parquet's RLE / bit-packing hybrid, in which levels and dictionary indices are written.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Encodings</a>
 */
final class HybridEncoding {

  /** Bit-packed values come in groups of as many; shorter runs are not worth a header. */
  private static final int GROUP = 8;

  private HybridEncoding() {}

  /** The bits of the largest value. */
  static int bitWidth(int largest) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
  }

  /** Most bytes that {@code count} values of up to two bits take. */
  static int levelsBound(int count) {
    return (count / GROUP + 2) * 3;
  }

  static void encode(int[] values, int count, int bitWidth, GrowingBytes out) {
    int packedFrom = 0;
    int at = 0;
    while (at < count) {
      int end = endOfRun(values, at, count);
      if (end - at >= GROUP) {
        pack(values, packedFrom, at, bitWidth, out);
        putVarint((end - at) << 1, out);
        for (int bits = 0; bits < bitWidth; bits += Byte.SIZE) {
          out.putByte(values[at] >>> bits);
        }
        at = end;
        packedFrom = end;
      } else {
        at = Math.min(at + GROUP, count);
      }
    }
    pack(values, packedFrom, count, bitWidth, out);
  }

  private static int endOfRun(int[] values, int from, int count) {
    int value = values[from];
    int end = from + 1;
    while (end < count && values[end] == value) {
      end++;
    }
    return end;
  }

  private static void pack(int[] values, int from, int to, int bitWidth, GrowingBytes out) {
    if (from == to) {
      return;
    }
    int groups = (to - from + GROUP - 1) / GROUP;
    putVarint((groups << 1) | 1, out);
    int end = out.size() + groups * bitWidth;
    out.ensure(groups * bitWidth + Integer.BYTES);
    long buffer = 0;
    int bits = 0;
    int at = out.size();
    for (int i = from; i < to; i++) {
      buffer |= (long) values[i] << bits;
      bits += bitWidth;
      if (bits >= Integer.SIZE) {
        out.setInt(at, (int) buffer);
        at += Integer.BYTES;
        buffer >>>= Integer.SIZE;
        bits -= Integer.SIZE;
      }
    }
    // The last group is filled up with zeros; what stands here from before must not show.
    for (; at < end; at++) {
      out.data()[at] = (byte) buffer;
      buffer >>>= Byte.SIZE;
    }
    out.resize(end);
  }

  private static void putVarint(int value, GrowingBytes out) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.putByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.putByte(rest);
  }
}
