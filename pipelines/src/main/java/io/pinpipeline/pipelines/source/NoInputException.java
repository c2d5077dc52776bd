package io.pinpipeline.pipelines.source;

import java.io.IOException;

/** The input names nothing that can be read. The message says what, and how to mend it. */
public final class NoInputException extends IOException {

  NoInputException(String message) {
    super(message);
  }
}
