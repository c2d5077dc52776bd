/** The options of Beam and AWS that the pipelines use. */
@NullMarked
package io.pinpipeline.pipelines.options;

import org.jspecify.annotations.NullMarked;
