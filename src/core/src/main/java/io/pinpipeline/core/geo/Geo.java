package io.pinpipeline.core.geo;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A clean geo record: where and when a user posted.
 *
 * @param ind the key of the post
 * @param latitude in degrees, from -90 to 90
 * @param longitude in degrees, from -180 to 180
 * @param rescued fields that nobody knows, as one JSON object
 */
public record Geo(
    long ind,
    @Nullable String country,
    @Nullable Double latitude,
    @Nullable Double longitude,
    @Nullable Instant timestamp,
    @Nullable String rescued) {}
