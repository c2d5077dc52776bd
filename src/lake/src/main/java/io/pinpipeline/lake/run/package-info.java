/** Runs over a lake: what each takes, what it commits, and how its books add up. */
@NullMarked
package io.pinpipeline.lake.run;

import org.jspecify.annotations.NullMarked;
