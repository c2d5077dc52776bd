/** Apache Spark as pinpipeline uses it. */
@NullMarked
package io.pinpipeline.runners.spark;

import org.jspecify.annotations.NullMarked;
