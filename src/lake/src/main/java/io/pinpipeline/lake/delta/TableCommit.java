package io.pinpipeline.lake.delta;

import java.time.Instant;

/**
 * A commit in a table's log.
 *
 * @param version the version that it made
 * @param at when, as the log has it
 */
public record TableCommit(long version, Instant at) {}
