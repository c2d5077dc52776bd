package io.pinpipeline.gateway.wire;

/** The forms in which posts come in. */
public enum WireForm {
  /** {@code POST /topics/{topic}} of the Kafka REST proxy's version 2. */
  KAFKA_REST,
  /** {@code PUT /streams/{stream}/record}: Kinesis' PutRecord behind an API gateway. */
  KINESIS_RECORD,
  /** {@code PUT /streams/{stream}/records}: Kinesis' PutRecords behind an API gateway. */
  KINESIS_RECORDS
}
