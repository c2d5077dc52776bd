package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.pinpipeline.gateway.wire.Answers;
import io.pinpipeline.gateway.wire.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered where something is wrong; all of it has the same form. */
final class ErrorAnswers implements ServerErrorHandler {

  /** How long to wait where it is not known how long it will last. */
  static final Duration SOON = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable failure) {
    return of(failure);
  }

  @Override
  public AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return plain(status, headers, description);
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return plain(status, headers, description);
  }

  private static AggregatedHttpResponse plain(
      HttpStatus status, @Nullable RequestHeaders request, @Nullable String description) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
    if (status.code() == 405) { // a method that the server does not know
      String path = request == null ? "" : request.path();
      headers.set(
          HttpHeaderNames.ALLOW,
          path.startsWith("/topics/") ? "POST" : path.startsWith("/streams/") ? "PUT" : "GET");
    }
    return AggregatedHttpResponse.of(
        headers.build(),
        HttpData.wrap(
            Answers.refusal(status.code(), description == null ? words(status) : description)));
  }

  private static String words(HttpStatus status) {
    return status.code() == 413
        ? "The body is larger than it may be. Send fewer records a request."
        : status.reasonPhrase() + ".";
  }

  /** The answer to a request that failed. */
  static HttpResponse of(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    Refusal refusal = refusal(cause);
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(refusal.status()).contentType(MediaType.JSON_UTF_8);
    if (refusal.retryAfter() != null) {
      headers.set(HttpHeaderNames.RETRY_AFTER, seconds(refusal.retryAfter()));
    }
    if (refusal.status() == 401) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"pinpipeline\"");
    }
    if (refusal.status() == 408) {
      headers.set(HttpHeaderNames.CONNECTION, "close");
    }
    return HttpResponse.of(
        headers.build(), HttpData.wrap(Answers.refusal(refusal.errorCode(), refusal.reason())));
  }

  /** Retry-After is in whole seconds, and 0 would be no wait. */
  static String seconds(Duration wait) {
    return Long.toString(Math.max(1, wait.plusNanos(999_999_999).toSeconds()));
  }

  private static Refusal refusal(Throwable cause) {
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    if (cause instanceof ContentTooLargeException) {
      return Refusal.of(413, words(HttpStatus.REQUEST_ENTITY_TOO_LARGE));
    }
    if (cause instanceof RequestTimeoutException) {
      return Refusal.of(
          408, "The body did not arrive in time. Send it faster, or in smaller parts.");
    }
    if (cause instanceof HttpStatusException status) {
      return Refusal.of(status.httpStatus().code(), words(status.httpStatus()));
    }
    if (cause instanceof ClosedSessionException
        || cause instanceof CancelledSubscriptionException
        || cause instanceof AbortedStreamException
        || cause instanceof ResponseCompleteException) {
      return Refusal.of(400, "The request ended too early."); // nobody is there to read it
    }
    LOG.error("A request failed, which is a fault of the gateway", cause);
    return Refusal.of(
        500, "The gateway failed; its log tells why. The records may not be in Kafka.");
  }
}
