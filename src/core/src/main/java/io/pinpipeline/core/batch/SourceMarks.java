package io.pinpipeline.core.batch;

import java.io.Serializable;

/**
 * How a source finds a range again that knows no offsets: there offsets are counted, and these are
 * the source's own words for two of them.
 *
 * @param start an offset, not behind the range's first
 * @param from where the source begins to read, to begin with that
 * @param to where it begins to read, to begin behind the range
 */
public record SourceMarks(long start, String from, String to) implements Serializable {}
