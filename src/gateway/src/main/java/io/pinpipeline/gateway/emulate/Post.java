package io.pinpipeline.gateway.emulate;

/**
 * A record to be posted.
 *
 * @param key the post's key
 * @param value a JSON object
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
record Post(long key, byte[] value) {}
