/** Apache Flink as pinpipeline uses it. */
@NullMarked
package io.pinpipeline.runners.flink;

import org.jspecify.annotations.NullMarked;
