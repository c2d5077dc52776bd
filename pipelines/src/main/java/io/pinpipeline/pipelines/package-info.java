/** What is wired: the pipelines, made of sources, transforms and sinks. */
@NullMarked
package io.pinpipeline.pipelines;

import org.jspecify.annotations.NullMarked;
