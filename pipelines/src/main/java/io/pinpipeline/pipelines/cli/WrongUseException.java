package io.pinpipeline.pipelines.cli;

/** A command was given options that it cannot work with. The message names all of them. */
final class WrongUseException extends RuntimeException {

  WrongUseException(String message) {
    super(message);
  }
}
