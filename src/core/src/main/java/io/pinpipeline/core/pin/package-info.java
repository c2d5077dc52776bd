/** The pin dataset. */
@NullMarked
package io.pinpipeline.core.pin;

import org.jspecify.annotations.NullMarked;
