package io.pinpipeline.gateway.http;

import java.time.Duration;

/**
 * What a gateway takes at most.
 *
 * @param maxBodyBytes the largest body of a request
 * @param maxRecords the most records of a request
 * @param maxRecordBytes the largest key and value of a record together
 * @param maxHeaderBytes the largest headers of a request
 * @param maxConnections the most connections at a time
 * @param maxBytesInFlight the memory for requests that were not answered yet
 * @param recordsPerSecond how much one API key, or one address without keys, may send; 0 for no
 *     limit
 * @param kafkaTimeout how long a record may wait for Kafka's acknowledgement
 * @param clientTimeout how long the headers and how long the body of a request may take to arrive
 * @param shutdownTimeout how long requests that were accepted have when the gateway is stopped
 */
public record Limits(
    int maxBodyBytes,
    int maxRecords,
    int maxRecordBytes,
    int maxHeaderBytes,
    int maxConnections,
    long maxBytesInFlight,
    int recordsPerSecond,
    Duration kafkaTimeout,
    Duration clientTimeout,
    Duration shutdownTimeout) {

  /** A byte of a body is held by the body, the value, the copy that is cleaned, and Kafka. */
  static final int COPIES = 4;

  /** Memory of a request besides its body, and of a record besides its bytes; rough, and enough. */
  static final int REQUEST_BYTES = 4096;

  static final int RECORD_BYTES = 512;

  /** The memory that a request takes until it is answered. */
  public static long bytesOfRequest(int bodyBytes, int records) {
    return REQUEST_BYTES + (long) COPIES * bodyBytes + (long) RECORD_BYTES * records;
  }
}
