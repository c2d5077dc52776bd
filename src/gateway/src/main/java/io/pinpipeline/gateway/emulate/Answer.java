package io.pinpipeline.gateway.emulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** What a server said to a request. */
sealed interface Answer {

  JsonMapper JSON = new JsonMapper();

  /** It has every record. */
  record Acknowledged() implements Answer {}

  /**
   * The same request may be served later.
   *
   * @param atLeast how long it asks to wait at least
   */
  record Later(String reason, Duration atLeast) implements Answer {}

  /** Something is wrong with a record; others may be good. */
  record Unfit(String reason) implements Answer {}

  /** No request will be served. */
  record Never(String reason) implements Answer {}

  /**
   * Reads a response.
   *
   * @param retryAfter the header of that name, if there is one
   */
  static Answer of(int status, Optional<String> retryAfter, String text) {
    JsonNode body = json(text);
    String reason = status + " " + reason(body, text);
    return switch (status) {
      case 200, 201, 202, 204 -> {
        if (hasAll(body)) {
          yield new Acknowledged();
        }
        yield new Later(reason, wait(retryAfter));
      }
      case 400, 413, 422 -> new Unfit(reason);
      // the gateway's own tells of each record; a proxy's says that the gateway is away
      case 502 ->
          body.has("offsets") || body.has("Records") || body.has("ErrorCode")
              ? new Unfit(reason)
              : new Later(reason, wait(retryAfter));
      case 408, 429, 500, 503, 504 -> new Later(reason, wait(retryAfter));
      default -> new Never(reason);
    };
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Other servers answer with 200 where they failed for some of the records. */
  private static boolean hasAll(JsonNode body) {
    if (body.path("FailedRecordCount").asLong() > 0) {
      return false;
    }
    for (JsonNode offset : body.path("offsets")) {
      if (offset.hasNonNull("error_code")) {
        return false;
      }
    }
    return true;
  }

  private static String reason(JsonNode body, String text) {
    for (JsonNode offset : body.path("offsets")) {
      if (offset.hasNonNull("error")) {
        return offset.get("error").asText();
      }
    }
    for (JsonNode record : body.path("Records")) {
      if (record.hasNonNull("ErrorMessage")) {
        return record.get("ErrorMessage").asText();
      }
    }
    String told = body.path("message").asText(body.path("ErrorMessage").asText(text)).strip();
    return told.length() <= 300 ? told : told.substring(0, 300) + "...";
  }

  /** Retry-After is in seconds, or a date. */
  private static Duration wait(Optional<String> retryAfter) {
    if (retryAfter.isEmpty()) {
      return Duration.ZERO;
    }
    String value = retryAfter.get().strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), until);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}
