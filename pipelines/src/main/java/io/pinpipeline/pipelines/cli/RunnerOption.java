package io.pinpipeline.pipelines.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The engine, which the launcher has chosen the bundle by. */
@Command
final class RunnerOption {

  @Option(
      names = "--runner",
      paramLabel = "ENGINE",
      description = "The engine to run on (default: the one this bundle is made for).")
  private @Nullable String runner;

  /** Adds what is wrong with it. */
  void check(List<String> faults) {
    String engine = BeamArguments.engine();
    if (runner != null
        && !runner.toLowerCase(Locale.ROOT).replaceAll("runner$", "").equals(engine)) {
      faults.add("--runner: this bundle runs on " + engine + ", not on " + runner);
    }
  }
}
