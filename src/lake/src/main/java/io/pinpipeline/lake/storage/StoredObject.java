package io.pinpipeline.lake.storage;

/**
 * A file or object as a listing shows it.
 *
 * @param location where it is
 * @param size in bytes
 * @param version changes when the content does where the store can tell (S3: the ETag); empty where
 *     it cannot (local files)
 * @param modifiedMillis when it was last written, in milliseconds since the epoch
 */
public record StoredObject(Location location, long size, String version, long modifiedMillis) {}
