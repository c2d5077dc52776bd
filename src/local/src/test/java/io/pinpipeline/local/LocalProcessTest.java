package io.pinpipeline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;

  /** Starts a companion, says which process it is, and stays. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      LocalProcess companion = companion(Path.of(args[0]), "companion", "stay");
      System.out.println(companion.handle().pid() + ";");
      companion.await(LONG);
    }
  }

  /** Says what it is told to, and stays if that is to stay. */
  static final class Companion {
    public static void main(String[] args) throws InterruptedException {
      System.out.println("asked to " + args[0]);
      if (args[0].equals("stay")) {
        Thread.currentThread().join();
      }
    }
  }

  private static String classPath() {
    return Path.of("target", "test-classes").toAbsolutePath()
        + File.pathSeparator
        + Path.of("target", "classes").toAbsolutePath();
  }

  private static LocalProcess companion(Path folder, String name, String argument)
      throws IOException {
    return LocalProcess.companion(
        folder,
        name,
        Map.of(),
        List.of("-Xmx32m"),
        classPath(),
        Companion.class.getName(),
        List.of(argument));
  }

  @Test
  void endsWithAParentThatIsKilled() throws Exception {
    try (LocalProcess parent =
        LocalProcess.start(
            folder,
            "parent",
            Map.of(),
            List.of(
                LocalProcess.java(),
                "-Xmx32m",
                "-cp",
                classPath(),
                Parent.class.getName(),
                folder.resolve("parent").toString()))) {
      while (!parent.out().contains(";")) {
        assertThat(parent.ended(Duration.ofMillis(10))).as("%s", parent.said()).isFalse();
      }
      long pid = Long.parseLong(parent.out().strip().replace(";", ""));
      ProcessHandle companion = ProcessHandle.of(pid).orElseThrow();
      assertThat(companion.isAlive()).isTrue();
      parent.kill();
      companion.onExit().get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void isEndedWhenItTakesTooLong() throws IOException {
    try (LocalProcess process = companion(folder, "slow", "stay")) {
      assertThatThrownBy(() -> process.await(Duration.ofSeconds(2)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("slow did not end within");
      assertThat(process.handle().isAlive()).isFalse();
    }
  }

  @Test
  void quotesWhatAProcessSaidThatDidNotComeUp() throws IOException {
    try (LocalProcess process = companion(folder, "server", "end")) {
      URI nobody = URI.create("http://127.0.0.1:" + Loopback.freePort());
      assertThatThrownBy(() -> Loopback.awaitUp(process, nobody, answer -> true))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("server ended as soon as it was started", "asked to end");
    }
  }

  @Test
  void saysHowToMakeTheJarsOfACluster() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> FlinkCluster.start(ClusterSettings.of(none, folder)))
        .hasMessageContainingAll("no jars in " + none, "-pl src/distributions/flink");
    assertThatThrownBy(() -> SparkCluster.start(ClusterSettings.of(none, folder)))
        .hasMessageContainingAll("no jars in " + none, "-pl src/distributions/spark");
  }
}
