package io.pinpipeline.gateway.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The command in a process of its own, which can be killed, without H2 on its class path. */
final class EmulatorProcess implements AutoCloseable {

  final Process process;
  private final Path out;

  private EmulatorProcess(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /**
   * Starts one.
   *
   * @param out where to write what it says
   */
  static EmulatorProcess start(Path out, List<String> arguments) throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("h2database"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                Main.class.getName()));
    command.addAll(arguments);
    return new EmulatorProcess(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start(),
        out);
  }

  /** Waits for its end; the exit code. */
  int await() throws InterruptedException {
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new AssertionError("it does not end");
    }
    return process.exitValue();
  }

  /** All that it said. */
  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  void kill() {
    Process unused = process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
