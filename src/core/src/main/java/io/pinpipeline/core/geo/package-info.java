/** The geo dataset. */
@NullMarked
package io.pinpipeline.core.geo;

import org.jspecify.annotations.NullMarked;
