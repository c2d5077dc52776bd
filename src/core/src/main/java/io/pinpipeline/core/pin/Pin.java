package io.pinpipeline.core.pin;

import org.jspecify.annotations.Nullable;

/**
 * A clean pin: what a user posted.
 *
 * @param ind the key of the post
 * @param rescued fields that nobody knows, as one JSON object
 */
public record Pin(
    long ind,
    @Nullable String uniqueId,
    @Nullable String title,
    @Nullable String description,
    @Nullable Integer followerCount,
    @Nullable String posterName,
    @Nullable String tagList,
    @Nullable String isImageOrVideo,
    @Nullable String imageSource,
    @Nullable String saveLocation,
    @Nullable String category,
    @Nullable String rescued) {}
