/**
 * The stack around the pipelines: real servers in this process, real clusters in processes apart.
 */
@NullMarked
package io.pinpipeline.local;

import org.jspecify.annotations.NullMarked;
