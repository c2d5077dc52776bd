package io.pinpipeline.lake.delta;

/**
 * Another commit won, and this one may rest on what is no longer so. Nothing was committed: read
 * the table again, decide again.
 */
public final class CommitConflictException extends TableException {

  private final long winningVersion;

  CommitConflictException(String message, long winningVersion) {
    super(message);
    this.winningVersion = winningVersion;
  }

  /** The version of the table that the other commit made. */
  public long winningVersion() {
    return winningVersion;
  }
}
