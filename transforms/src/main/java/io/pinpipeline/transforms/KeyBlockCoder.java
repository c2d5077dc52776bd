package io.pinpipeline.transforms;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.util.VarInt;

/** Key blocks, which are encoded already. */
public final class KeyBlockCoder extends AtomicCoder<KeyBlock> {

  private static final KeyBlockCoder INSTANCE = new KeyBlockCoder();

  private KeyBlockCoder() {}

  public static KeyBlockCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(KeyBlock block, OutputStream out) throws IOException {
    VarInt.encode(block.batch(), out);
    VarInt.encode(block.size(), out);
    ByteArrayCoder.of().encode(block.encoded().bytes(), out);
  }

  @Override
  public KeyBlock decode(InputStream in) throws IOException {
    int batch = VarInt.decodeInt(in);
    int size = VarInt.decodeInt(in);
    return new KeyBlock(batch, size, HeldBytes.of(ByteArrayCoder.of().decode(in)));
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }
}
