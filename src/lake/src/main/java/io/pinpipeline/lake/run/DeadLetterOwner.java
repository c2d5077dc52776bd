package io.pinpipeline.lake.run;

import io.pinpipeline.lake.delta.ActiveFile;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dataset and the run that all rows of a file of dead letters belong to. */
record DeadLetterOwner(String dataset, String run) {

  private static final Pattern NAME =
      Pattern.compile("part-(?<dataset>[^-]+)-(?<run>" + RunId.FORM + ")-.*");

  /**
   * What the file's name, which a run gave it, tells; empty if another program wrote the file, or a
   * run took rows out of such a one: then only the rows tell.
   */
  static Optional<DeadLetterOwner> of(ActiveFile file) {
    Matcher name = NAME.matcher(file.path());
    return name.matches()
        ? Optional.of(new DeadLetterOwner(name.group("dataset"), name.group("run")))
        : Optional.empty();
  }
}
