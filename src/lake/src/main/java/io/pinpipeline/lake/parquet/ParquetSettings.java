package io.pinpipeline.lake.parquet;

import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How Parquet files are written. The sizes are aims, checked about every thousand rows: they bound
 * the memory of a writer and are exceeded by a little.
 *
 * @param compression what pages are compressed with
 * @param compressionLevel the level of ZSTD, 1 to 22; the others have none
 * @param rowGroupRows most rows of a row group
 * @param rowGroupBytes encoded bytes of a row group, all of which are held in memory
 * @param pageRows most rows of a page
 * @param pageBytes bytes of a page before compression
 * @param dictionaryBytes bytes of a column's dictionary, above which it is given up
 */
public record ParquetSettings(
    Compression compression,
    int compressionLevel,
    int rowGroupRows,
    long rowGroupBytes,
    int pageRows,
    int pageBytes,
    int dictionaryBytes) {

  /** What pages are compressed with. */
  public enum Compression {
    SNAPPY(CompressionCodecName.SNAPPY),
    ZSTD(CompressionCodecName.ZSTD),
    UNCOMPRESSED(CompressionCodecName.UNCOMPRESSED);

    private final CompressionCodecName codec;

    Compression(CompressionCodecName codec) {
      this.codec = codec;
    }

    CompressionCodecName codec() {
      return codec;
    }
  }

  /** Snappy, row groups of 32 MiB, pages of 1 MiB or 20,000 rows. */
  public static final ParquetSettings DEFAULT =
      new ParquetSettings(Compression.SNAPPY, 3, 4_000_000, 32 << 20, 20_000, 1 << 20, 1 << 20);

  public ParquetSettings {
    if (compressionLevel < 1 || compressionLevel > 22) {
      throw new IllegalArgumentException(
          "compression level " + compressionLevel + " is not within 1 to 22");
    }
    if (rowGroupRows < 1
        || rowGroupBytes < 1
        || pageRows < 1
        || pageBytes < 1
        || dictionaryBytes < 0) {
      throw new IllegalArgumentException(
          "a row group and a page need room for a row: raise the limit that is below 1");
    }
  }

  /** These settings with another compression. */
  public ParquetSettings with(Compression other) {
    return new ParquetSettings(
        other, compressionLevel, rowGroupRows, rowGroupBytes, pageRows, pageBytes, dictionaryBytes);
  }
}
