/** Where raw records come from. */
@NullMarked
package io.pinpipeline.pipelines.source;

import org.jspecify.annotations.NullMarked;
