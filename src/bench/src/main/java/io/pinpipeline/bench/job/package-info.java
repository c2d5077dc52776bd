/**
 * What contestants do, each in processes of its own: clean pins, geo and user records, keep what
 * cannot be cleaned, drop what came twice.
 */
@NullMarked
package io.pinpipeline.bench.job;

import org.jspecify.annotations.NullMarked;
