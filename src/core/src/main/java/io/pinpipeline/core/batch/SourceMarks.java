package io.pinpipeline.core.batch;

import java.io.Serializable;

/**
 * Where a range is in a source that knows no offsets. There they are counted, and these are the
 * source's own words for the range's ends.
 *
 * @param from where the source begins to read, to begin with the range
 * @param to where it begins to read, to begin behind it
 */
public record SourceMarks(String from, String to) implements Serializable {}
