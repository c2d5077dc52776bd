package io.pinpipeline.gateway.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of answers, as JSON in UTF-8. */
public final class Answers {

  private static final JsonMapper JSON = new JsonMapper();

  /** Error codes of records in the Kafka REST proxy's answers. */
  private static final int NOT_RETRIABLE = 1;

  private static final int RETRIABLE = 2;

  private Answers() {}

  private record Offsets(
      List<Offset> offsets,
      @JsonProperty("key_schema_id") @Nullable Integer keySchemaId,
      @JsonProperty("value_schema_id") @Nullable Integer valueSchemaId) {}

  private record Offset(
      @Nullable Integer partition,
      @Nullable Long offset,
      @JsonProperty("error_code") @Nullable Integer errorCode,
      @Nullable String error) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Sequenced(
      @JsonProperty("ShardId") @Nullable String shardId,
      @JsonProperty("SequenceNumber") @Nullable String sequenceNumber,
      @JsonProperty("ErrorCode") @Nullable String errorCode,
      @JsonProperty("ErrorMessage") @Nullable String errorMessage) {}

  private record AllSequenced(
      @JsonProperty("FailedRecordCount") long failedRecordCount,
      @JsonProperty("Records") List<Sequenced> records) {}

  private record Fault(@JsonProperty("error_code") int errorCode, String message) {}

  private record Rejected(
      @JsonProperty("error_code") int errorCode, String message, List<Rejection> records) {}

  /** What became of the records, in the form that the request came in. */
  public static byte[] deliveries(WireForm form, List<Delivery> deliveries) {
    return switch (form) {
      case KAFKA_REST ->
          json(new Offsets(deliveries.stream().map(Answers::offset).toList(), null, null));
      case KINESIS_RECORD -> json(sequenced(deliveries.get(0)));
      case KINESIS_RECORDS ->
          json(
              new AllSequenced(
                  deliveries.stream().filter(delivery -> delivery.failure() != null).count(),
                  deliveries.stream().map(Answers::sequenced).toList()));
    };
  }

  private static Offset offset(Delivery delivery) {
    return new Offset(
        delivery.partition(),
        delivery.offset(),
        delivery.failure() == null ? null : delivery.retriable() ? RETRIABLE : NOT_RETRIABLE,
        delivery.failure());
  }

  private static Sequenced sequenced(Delivery delivery) {
    return delivery.failure() == null
        ? new Sequenced(
            "shardId-%012d".formatted(delivery.partition()),
            String.valueOf(delivery.offset()),
            null,
            null)
        : new Sequenced(
            null,
            null,
            delivery.retriable() ? "ServiceUnavailable" : "InternalFailure",
            delivery.failure());
  }

  /** Why a request is not served. */
  public static byte[] refusal(int errorCode, String message) {
    return json(new Fault(errorCode, message));
  }

  /** Which records cannot be cleaned. */
  public static byte[] rejections(String message, List<Rejection> rejections) {
    return json(new Rejected(422, message, rejections));
  }

  private static byte[] json(Object answer) {
    try {
      return JSON.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // nothing that could fail is in them
    }
  }
}
