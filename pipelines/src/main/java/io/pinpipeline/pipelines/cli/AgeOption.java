package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.run.Vacuum;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How old a file must be for a vacuum to remove it. */
@Command
final class AgeOption {

  @Option(
      names = "--olderThan",
      paramLabel = "DURATION",
      defaultValue = "7d",
      description =
          "Removes only what is older, such as 7d, 12h, 30m or P1DT12H (default: ${DEFAULT-VALUE})."
              + " No run that is under way may have begun longer ago.")
  private String olderThan;

  private Duration age = Vacuum.DEFAULT_AGE;

  /** Adds what is wrong with it. */
  void check(List<String> faults) {
    age = Durations.parse("--olderThan", olderThan, Duration.ZERO, faults).orElse(age);
  }

  Duration age() {
    return age;
  }

  /** As it was written. */
  @Override
  public String toString() {
    return olderThan;
  }
}
