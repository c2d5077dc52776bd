package io.pinpipeline.gateway.emulate;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where posts go.
 *
 * @param gateway the gateway's URL, without a slash at its end
 * @param topicPrefix what the topics' names begin with
 * @param form in which form
 * @param apiKey what the gateway asks for, if it asks for a key
 * @param patience how long a request is tried again
 */
public record Destination(
    String gateway, String topicPrefix, PostForm form, @Nullable String apiKey, Duration patience) {

  @Override
  public String toString() {
    return gateway + ", topics " + topicPrefix + ".*"; // the key is a secret
  }
}
