package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.local.LocalProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the build of an engine has made, run as users run it. */
public final class Jars {

  public static final String BUNDLE = System.getProperty("pinpipeline.bundle");
  public static final Path CLUSTER =
      Path.of(System.getProperty("pinpipeline.cluster.jars", "none"));

  /** What the launcher gives the engine's JVM beside its heap. */
  private static final String JVM = System.getProperty("pinpipeline.bundle.jvm", "-Xshare:auto");

  private static final String DIRECT = System.getProperty("pinpipeline.direct.bundle");
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private Jars() {}

  /** Runs a command of the bundle. */
  public static LocalProcess run(Path folder, String name, String... arguments) throws IOException {
    return java(folder, name, BUNDLE, arguments);
  }

  /** The tables that the DirectRunner makes, to compare with. */
  public static void cleanDirectly(Path folder, Path input, Path lake) throws IOException {
    directly(folder, "clean", "--input=" + input, "--lake=" + lake);
  }

  /** What a command prints on the DirectRunner, to compare with. */
  public static String directly(Path folder, String... arguments) throws IOException {
    return requireGood(java(folder, "direct", DIRECT, arguments));
  }

  public static LocalProcess java(Path folder, String name, String jar, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                LocalProcess.java(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                JVM,
                KinesisServer.NO_CBOR,
                "-jar",
                jar));
    command.addAll(List.of(arguments));
    return LocalProcess.start(folder, name, Map.of(), command);
  }

  /** Waits for the good end of a run; what it has printed. */
  public static String requireGood(LocalProcess run) throws IOException {
    try (run) {
      assertThat(run.await(LONGEST)).as("%s %s", run.name(), run.said()).isZero();
      return run.out();
    }
  }

  /** Waits for the bad end of a run; what it has said last. */
  public static String requireExit(int exitCode, LocalProcess run) throws IOException {
    try (run) {
      assertThat(run.await(LONGEST)).as("%s %s", run.name(), run.said()).isEqualTo(exitCode);
      return run.err().substring(Math.max(0, run.err().lastIndexOf("pinpipeline: "))).strip();
    }
  }
}
