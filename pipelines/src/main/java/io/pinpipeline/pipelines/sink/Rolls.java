package io.pinpipeline.pipelines.sink;

import java.io.Serializable;
import java.time.Duration;

/**
 * When an object of the archive ends, and what it is like.
 *
 * @param records it has so many at the most
 * @param bytes it ends once its values, each with the line feed behind it, have so many
 * @param interval it ends so long after its first record came
 * @param gzip whether it is gzipped
 */
public record Rolls(long records, long bytes, Duration interval, boolean gzip)
    implements Serializable {}
