/** Posts on their way into Kafka. */
@NullMarked
package io.pinpipeline.gateway.kafka;

import org.jspecify.annotations.NullMarked;
