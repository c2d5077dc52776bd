package io.pinpipeline.transforms;

import io.pinpipeline.core.batch.Repeats;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.util.VarInt;

/** Repeats as the distances between their ordinals, with the verdict in the lowest bit. */
public final class RepeatsCoder extends AtomicCoder<Repeats> {

  private static final RepeatsCoder INSTANCE = new RepeatsCoder();

  /** Bytes of a distance of 32 bits and the verdict, seven bits in each. */
  private static final int MOST_BYTES = 5;

  private RepeatsCoder() {}

  public static RepeatsCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Repeats repeats, OutputStream out) throws IOException {
    // in one piece: streams take their time over every single byte
    byte[] bytes = new byte[repeats.size() * MOST_BYTES];
    int length = 0;
    int last = 0;
    for (int i = 0; i < repeats.size(); i++) {
      long distance = (long) repeats.ordinal(i) - last;
      long left = distance << 1 | (repeats.isConflict(i) ? 1 : 0);
      for (; (left & ~0x7fL) != 0; left >>>= 7) {
        bytes[length++] = (byte) (left | 0x80);
      }
      bytes[length++] = (byte) left;
      last = repeats.ordinal(i);
    }
    VarInt.encode(length, out);
    out.write(bytes, 0, length);
  }

  @Override
  public Repeats decode(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    byte[] bytes = in.readNBytes(Math.max(0, length));
    if (bytes.length != length || (length > 0 && bytes[length - 1] < 0)) {
      throw new EOFException("a batch ends within its repeats");
    }
    int size = 0;
    for (byte b : bytes) {
      size += b >= 0 ? 1 : 0; // the last one of a number
    }
    int[] ordinals = new int[size];
    boolean[] conflicting = new boolean[size];
    int p = 0;
    int last = 0;
    for (int i = 0; i < size; i++) {
      long coded = 0;
      int shift = 0;
      byte b;
      do {
        b = bytes[p++];
        coded |= (b & 0x7fL) << shift;
        shift += 7;
      } while (b < 0);
      last += (int) (coded >>> 1);
      ordinals[i] = last;
      conflicting[i] = (coded & 1) == 1;
    }
    return new Repeats(ordinals, conflicting);
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }
}
