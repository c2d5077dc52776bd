package io.pinpipeline.pipelines.source;

import java.io.Serializable;
import java.time.Duration;

/**
 * How many records one poll gathers.
 *
 * @param time for so long, unless there are enough before; with zero it gathers what is there
 * @param bytes of values that are enough
 * @param blockBytes of one partition that go into one block
 * @param maxRecordBytes values that are longer are too large
 */
public record Gathering(Duration time, long bytes, int blockBytes, int maxRecordBytes)
    implements Serializable {}
