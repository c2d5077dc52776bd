package io.pinpipeline.pipelines.sink;

import io.pinpipeline.lake.parquet.ParquetSettings;
import java.io.Serializable;

/**
 * What data files are like.
 *
 * @param compression of their pages
 * @param targetBytes the size at which a file is ended and another begun
 */
public record FileForm(ParquetSettings.Compression compression, long targetBytes)
    implements Serializable {}
