package io.pinpipeline.transforms;

import io.pinpipeline.core.clean.CleanBatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Clean batches as the raw batches they are the clean form of: cleaning gives the same again. */
public final class CleanBatchCoder extends AtomicCoder<CleanBatch> {

  private static final CleanBatchCoder INSTANCE = new CleanBatchCoder();

  private CleanBatchCoder() {}

  public static CleanBatchCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(CleanBatch batch, OutputStream out) throws IOException {
    RawBatchCoder.of().encode(batch.raw(), out);
  }

  @Override
  public CleanBatch decode(InputStream in) throws IOException {
    return new CleanBatch(RawBatchCoder.of().decode(in));
  }
}
