package io.pinpipeline.gateway.wire;

import org.jspecify.annotations.Nullable;

/**
 * A record that cleaning would reject.
 *
 * @param index its place among the records of its request, from 0
 * @param code the code of the dead letter that it would become
 * @param field the field at fault, where one is
 * @param message what is wrong and how to mend it
 */
public record Rejection(int index, String code, @Nullable String field, String message) {}
