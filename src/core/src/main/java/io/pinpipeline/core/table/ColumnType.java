package io.pinpipeline.core.table;

/** The type of a leaf column. */
public enum ColumnType {
  /** 64-bit signed integer. */
  LONG,
  /** 32-bit signed integer. */
  INT,
  /** 64-bit IEEE 754; never NaN, never an infinity, zero is always positive. */
  DOUBLE,
  /** UTF-8 text. */
  STRING,
  /** Any bytes. */
  BINARY,
  /** Microseconds since 1970-01-01T00:00:00Z. */
  TIMESTAMP
}
