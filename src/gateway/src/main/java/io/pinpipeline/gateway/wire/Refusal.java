package io.pinpipeline.gateway.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is not served, and why. Nothing of it has been sent to Kafka. */
public final class Refusal extends RuntimeException {

  private final int status;
  private final int errorCode;
  private final @Nullable Duration retryAfter;

  private Refusal(int status, int errorCode, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false); // no fault of the program: no stack trace
    this.status = status;
    this.errorCode = errorCode;
    this.retryAfter = retryAfter;
  }

  /** A refusal for good, with an HTTP status and a message for the sender. */
  public static Refusal of(int status, String message) {
    return new Refusal(status, status, message, null);
  }

  /** The topic is none that posts may go to; the error code is that of the Kafka REST proxy. */
  public static Refusal unknownTopic(String message) {
    return new Refusal(404, 40401, message, null);
  }

  /** A refusal for now: the same request may be served after a while. */
  public static Refusal forNow(int status, String message, Duration retryAfter) {
    return new Refusal(status, status, message, retryAfter);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The error code of the Kafka REST proxy: the status, in some cases told more finely. */
  public int errorCode() {
    return errorCode;
  }

  /** What is said to the sender. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /** How long to wait before sending the request again; null where that is of no use. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
