package io.pinpipeline.core.generate;

/** Why a record must be rejected; the names are those of the cleaner's rejection codes. */
enum Code {
  MALFORMED_JSON,
  NOT_AN_OBJECT,
  UNRECOGNISED_RECORD,
  WRONG_DATASET,
  MISSING_KEY,
  BAD_TYPE,
  BAD_FOLLOWER_COUNT,
  BAD_TIMESTAMP,
  BAD_COORDINATE,
  BAD_AGE,
  TOO_LARGE,
  CONFLICTING_DUPLICATE
}
