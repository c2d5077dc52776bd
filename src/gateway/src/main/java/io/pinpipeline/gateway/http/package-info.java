/** The HTTP side: who may send, how much, and what is answered. */
@NullMarked
package io.pinpipeline.gateway.http;

import org.jspecify.annotations.NullMarked;
