/** The half of the embedded Kafka broker that sees Kafka. */
@NullMarked
package io.pinpipeline.local.kafka;

import org.jspecify.annotations.NullMarked;
