package io.pinpipeline.lake.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.delta.kernel.exceptions.InvalidTableException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.pinpipeline.lake.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Says in our words what Kernel throws: everything unchecked, and wrapped many times. */
final class KernelFailures {

  private KernelFailures() {}

  /**
   * What to throw instead, where the table was there.
   *
   * @param deed "read", "write" or "vacuum"
   */
  static IOException explain(String deed, Location table, RuntimeException failure) {
    String cannot = "Cannot " + deed + " the table " + table + ": ";
    return ofStorage(cannot, failure)
        .orElseGet(
            () ->
                new TableException(
                    isRefusal(failure)
                        ? cannot
                            + failure.getMessage()
                            + " Another program made or changed the table: undo that there, or use"
                            + " another location."
                        : cannot
                            + "its log in _delta_log is damaged ("
                            + failure.getMessage()
                            + "). Restore the log's files from a backup, or rebuild the table at"
                            + " another location.",
                    failure));
  }

  /** What to throw instead, where the table was to be made. */
  static IOException explainCreation(
      Location table, Map<String, String> properties, RuntimeException failure) {
    String cannot = "Cannot make the table " + table + ": ";
    return ofStorage(cannot, failure)
        .orElseGet(
            () ->
                new TableException(
                    cannot
                        + failure.getMessage()
                        + ". Correct its columns or its properties "
                        + properties
                        + ".",
                    failure));
  }

  private static Optional<IOException> ofStorage(String cannot, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileNotFoundException) {
        return Optional.of(
            new TableException(
                cannot
                    + cause.getMessage()
                    + ", though the table names it. Perhaps a vacuum removed it while the table was"
                    + " read: try again, or restore the file.",
                failure));
      }
      // Text of the log that is no JSON fails as an IOException too, but is no fault of storage.
      if (cause instanceof IOException fault && !(cause instanceof JsonProcessingException)) {
        return Optional.of(new IOException(cannot + fault.getMessage(), failure));
      }
    }
    return Optional.empty();
  }

  /** Whether Kernel understood the table and does not support it. */
  private static boolean isRefusal(RuntimeException failure) {
    return failure instanceof KernelException
        && !(failure instanceof KernelEngineException)
        && !(failure instanceof InvalidTableException);
  }
}
