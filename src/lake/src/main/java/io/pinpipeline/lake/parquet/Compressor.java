package io.pinpipeline.lake.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.io.IOException;
import org.xerial.snappy.Snappy;

/** Compresses one byte array into another, without Hadoop's codecs. Not thread-safe. */
interface Compressor extends Closeable {

  /** Room that {@link #compress} may need for so many bytes. */
  int bound(int length);

  /** Compresses into {@code to} from {@code at} on, and returns the compressed length. */
  int compress(byte[] from, int offset, int length, byte[] to, int at) throws IOException;

  @Override
  void close();

  static Compressor of(ParquetSettings settings) {
    return switch (settings.compression()) {
      case SNAPPY -> new SnappyCompressor();
      case ZSTD -> new ZstdCompressor(settings.compressionLevel());
      case UNCOMPRESSED -> new NoCompressor();
    };
  }

  /** Snappy's raw format, as Parquet has it. */
  final class SnappyCompressor implements Compressor {
    @Override
    public int bound(int length) {
      return Snappy.maxCompressedLength(length);
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] to, int at) throws IOException {
      return Snappy.compress(from, offset, length, to, at);
    }

    @Override
    public void close() {}
  }

  /** Zstandard frames. */
  final class ZstdCompressor implements Compressor {
    private final ZstdCompressCtx context = new ZstdCompressCtx();

    ZstdCompressor(int level) {
      context.setLevel(level);
    }

    @Override
    public int bound(int length) {
      return Math.toIntExact(Zstd.compressBound(length));
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] to, int at) {
      return context.compressByteArray(to, at, to.length - at, from, offset, length);
    }

    @Override
    public void close() {
      context.close();
    }
  }

  /** A copy. */
  final class NoCompressor implements Compressor {
    @Override
    public int bound(int length) {
      return length;
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] to, int at) {
      System.arraycopy(from, offset, to, at, length);
      return length;
    }

    @Override
    public void close() {}
  }
}
