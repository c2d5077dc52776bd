/** Where clean batches go. */
@NullMarked
package io.pinpipeline.pipelines.sink;

import org.jspecify.annotations.NullMarked;
