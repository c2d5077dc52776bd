/** The command line of the gateway. */
@NullMarked
package io.pinpipeline.gateway.cli;

import org.jspecify.annotations.NullMarked;
