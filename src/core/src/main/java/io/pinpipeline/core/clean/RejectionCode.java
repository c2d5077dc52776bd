package io.pinpipeline.core.clean;

/** Why a record could not be cleaned. */
public enum RejectionCode {
  /** It is no valid JSON text on one line, or names a field twice. */
  MALFORMED_JSON,
  /** It is JSON, but no object. */
  NOT_AN_OBJECT,
  /** It has no field of the dataset. */
  UNRECOGNISED_RECORD,
  /** It has another dataset's fields, and none of its own but the key. */
  WRONG_DATASET,
  /** Its key is missing or null. */
  MISSING_KEY,
  /** A field has another JSON type than it must have. */
  BAD_TYPE,
  /** The follower count is no whole number that fits an int. */
  BAD_FOLLOWER_COUNT,
  /** A timestamp is none. */
  BAD_TIMESTAMP,
  /** Latitude or longitude is out of range. */
  BAD_COORDINATE,
  /** The age is no whole number from 0 to 150. */
  BAD_AGE,
  /** It is larger than a record may be. */
  TOO_LARGE,
  /** A record with the same key and other content arrived before. */
  CONFLICTING_DUPLICATE
}
