package io.pinpipeline.lake.delta;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A table cannot be read or written as it is: no Delta table, a damaged log, a protocol that is not
 * supported, another schema. The message says what, why, and how to fix it.
 */
public class TableException extends IOException {

  public TableException(String message) {
    super(message);
  }

  TableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
