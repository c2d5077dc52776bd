/** Data files, read back by others. */
@NullMarked
package io.pinpipeline.lake.parquet;

import org.jspecify.annotations.NullMarked;
