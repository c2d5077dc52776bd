/** The embedded stack: real servers inside this process, for the demo and for tests. */
@NullMarked
package io.pinpipeline.local;

import org.jspecify.annotations.NullMarked;
