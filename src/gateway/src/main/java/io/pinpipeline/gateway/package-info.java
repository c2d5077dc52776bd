/**
 * The gateway: takes user posts over HTTP and puts them into Kafka. Beside it stands the emulator,
 * which posts as users do.
 *
 * <p>The server is Armeria: it speaks HTTP/1.1 and HTTP/2, has the limits, timeouts and metrics
 * that a public door needs, hands bodies on as they arrive, so that memory can be counted while it
 * is taken, and runs on Java 17. Of the others Helidon needs Java 21; Javalin and Jetty's handlers
 * give a request's thread to its wait for Kafka; Vert.x leaves limits and metrics to other modules.
 * Armeria's Netty and Jackson are newer than those of the engines, so the gateway is a process with
 * a jar of its own, and no engine meets them.
 */
@NullMarked
package io.pinpipeline.gateway;

import org.jspecify.annotations.NullMarked;
