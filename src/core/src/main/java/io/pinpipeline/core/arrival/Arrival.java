package io.pinpipeline.core.arrival;

/** What a record is to those that came before it. */
public enum Arrival {
  /** The first of its key: it becomes a row. */
  FIRST,
  /** One with the same key and the same content came before. */
  DUPLICATE,
  /** One with the same key and other content came before, and stays. */
  CONFLICT
}
