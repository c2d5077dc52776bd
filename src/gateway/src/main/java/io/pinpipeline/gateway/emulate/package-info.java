/** The emulator: posts to a gateway as users do, invented posts or those of a database. */
@NullMarked
package io.pinpipeline.gateway.emulate;

import org.jspecify.annotations.NullMarked;
