/** Records from Kinesis as raw batches, with offsets that are counted and marks to find them by. */
@NullMarked
package io.pinpipeline.pipelines.source.kinesis;

import org.jspecify.annotations.NullMarked;
