package io.pinpipeline.lake.parquet;

import io.pinpipeline.lake.storage.StorageOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** Lets parquet-java write to an object that its owner finishes or throws away. */
final class StorageOutputFile implements OutputFile {

  private final StorageOutput output;

  StorageOutputFile(StorageOutput output) {
    this.output = output;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new Stream(output);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  /** Gathers the single bytes of headers; pages pass through. */
  private static final class Stream extends PositionOutputStream {

    private final BufferedOutputStream buffered;
    private long position;

    Stream(StorageOutput output) {
      buffered = new BufferedOutputStream(output, 1 << 14);
      position = output.position();
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      buffered.write(value);
      position++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      buffered.write(bytes, from, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      buffered.flush();
    }

    /** Leaves the object to its owner. */
    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
