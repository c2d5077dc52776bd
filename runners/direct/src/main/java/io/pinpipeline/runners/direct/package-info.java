/** The DirectRunner as pinpipeline uses it. */
@NullMarked
package io.pinpipeline.runners.direct;

import org.jspecify.annotations.NullMarked;
