/** The user dataset. */
@NullMarked
package io.pinpipeline.core.user;

import org.jspecify.annotations.NullMarked;
