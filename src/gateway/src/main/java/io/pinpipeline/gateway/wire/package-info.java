/** The two forms in which posts come in, and the answers to them. */
@NullMarked
package io.pinpipeline.gateway.wire;

import org.jspecify.annotations.NullMarked;
