/** The command line. */
@NullMarked
package io.pinpipeline.pipelines.cli;

import org.jspecify.annotations.NullMarked;
