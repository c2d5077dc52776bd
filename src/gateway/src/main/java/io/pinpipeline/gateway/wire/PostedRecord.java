package io.pinpipeline.gateway.wire;

import org.jspecify.annotations.Nullable;

/**
 * A record as it was posted.
 *
 * @param value the JSON object, on one line and otherwise as it came
 * @param key the message key that the sender chose; null where it chose none
 * @param partition the partition that the sender chose; null where it chose none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record PostedRecord(byte[] value, byte @Nullable [] key, @Nullable Integer partition) {}
