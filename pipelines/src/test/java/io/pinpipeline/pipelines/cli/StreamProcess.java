package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A stream, or another command without end, in a process of its own, which can be killed. */
final class StreamProcess implements AutoCloseable {

  private final Process process;
  private final Path output;

  StreamProcess(Path folder, String name, String... options) throws IOException {
    output = Files.createTempFile(folder, name + "-", ".txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                KinesisServer.NO_CBOR,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                name,
                "--enforceImmutability=false",
                "--enforceEncodability=false",
                "--blockOnRun=false",
                "--experiments=use_deprecated_read"));
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  /** What it has printed so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void requireAlive() {
    assertThat(process.isAlive()).as(output()).isTrue();
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    requireAlive();
    assertThat(process.destroyForcibly().waitFor()).isEqualTo(128 + 9);
  }

  /** SIGTERM; its exit code. */
  int end() throws InterruptedException {
    requireAlive();
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
