package io.pinpipeline.lake.delta;

/**
 * How large a table's version is.
 *
 * @param rows without the deleted ones
 * @param files active data files
 * @param bytes the sum of the files' sizes
 */
public record TableSize(long rows, long files, long bytes) {}
