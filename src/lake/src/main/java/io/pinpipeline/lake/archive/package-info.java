/** The raw archive of topics: its objects, and the log that says what stands in which. */
@NullMarked
package io.pinpipeline.lake.archive;

import org.jspecify.annotations.NullMarked;
