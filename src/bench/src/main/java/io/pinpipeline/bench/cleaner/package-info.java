/** The cleaner alone, measured by JMH. */
@NullMarked
package io.pinpipeline.bench.cleaner;

import org.jspecify.annotations.NullMarked;
