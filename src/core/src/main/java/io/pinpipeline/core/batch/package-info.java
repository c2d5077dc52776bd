/** What flows through a pipeline: batches of raw records, and batches of clean ones. */
@NullMarked
package io.pinpipeline.core.batch;

import org.jspecify.annotations.NullMarked;
