/** The benchmark: our bundles and their peers do the same job on the same data, in turn. */
@NullMarked
package io.pinpipeline.bench;

import org.jspecify.annotations.NullMarked;
