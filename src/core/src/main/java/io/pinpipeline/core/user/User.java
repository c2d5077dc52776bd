package io.pinpipeline.core.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A clean user record: who posted.
 *
 * @param ind the key of the post
 * @param age in years, from 0 to 150
 * @param rescued fields that nobody knows, as one JSON object
 */
public record User(
    long ind,
    @Nullable String userName,
    @Nullable Integer age,
    @Nullable Instant dateJoined,
    @Nullable String rescued) {}
