package io.pinpipeline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The bundle as users run it: in a process of its own, with none of its classes in this one. */
final class Bundle {

  private static final String PROPERTY = "pinpipeline.bundle";

  private Bundle() {}

  /** Runs a command to its good end; what it printed, without what it said of its progress. */
  static String run(String... arguments) {
    Path jar = Path.of(System.getProperty(PROPERTY, "(no system property " + PROPERTY + ")"));
    assertThat(jar).as("the bundle that ./mvnw -pl runners/direct -am package makes").exists();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString()));
    command.addAll(Arrays.asList(arguments));
    try {
      Path out = Files.createTempFile("pinpipeline", ".out");
      Path err = Files.createTempFile("pinpipeline", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        String printed = Files.readString(out);
        assertThat(ended && process.exitValue() == 0)
            .as("%s%n%s%s", String.join(" ", command), printed, Files.readString(err))
            .isTrue();
        return printed;
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new IllegalStateException("could not run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }
}
