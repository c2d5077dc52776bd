/** Columns to Parquet files, page by page, with the statistics that a Delta commit needs. */
@NullMarked
package io.pinpipeline.lake.parquet;

import org.jspecify.annotations.NullMarked;
