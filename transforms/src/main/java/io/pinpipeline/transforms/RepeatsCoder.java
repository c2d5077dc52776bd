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

  private RepeatsCoder() {}

  public static RepeatsCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Repeats repeats, OutputStream out) throws IOException {
    VarInt.encode(repeats.size(), out);
    int last = 0;
    for (int i = 0; i < repeats.size(); i++) {
      long distance = (long) repeats.ordinal(i) - last;
      VarInt.encode(distance << 1 | (repeats.isConflict(i) ? 1 : 0), out);
      last = repeats.ordinal(i);
    }
  }

  @Override
  public Repeats decode(InputStream in) throws IOException {
    int size = VarInt.decodeInt(in);
    if (size < 0) {
      throw new EOFException("a batch ends within its repeats");
    }
    int[] ordinals = new int[size];
    boolean[] conflicting = new boolean[size];
    int last = 0;
    for (int i = 0; i < size; i++) {
      long coded = VarInt.decodeLong(in);
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
