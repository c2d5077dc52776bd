/** Records from Kafka as raw batches: whole polls, with the offsets they stand at. */
@NullMarked
package io.pinpipeline.pipelines.source.kafka;

import org.jspecify.annotations.NullMarked;
