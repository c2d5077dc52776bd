/**
 * Synthetic posts: a seeded generator of raw pin, geo and user records with the dirt and the
 * repeats of the real wire, which knows what cleaning must make of them.
 */
@NullMarked
package io.pinpipeline.core.generate;

import org.jspecify.annotations.NullMarked;
