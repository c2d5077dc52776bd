package io.pinpipeline.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.pipelines.cli.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle with Spark embedded. */
class SparkBundleTest {

  @TempDir Path folder;

  @Test
  void cleansLikeTheDirectRunner() throws IOException {
    Path input = folder.resolve("input");
    Path lake = folder.resolve("lake");
    Expected expected = Outcome.generate(input, new PostGenerator(1, 2000), new LinesLayout());
    String printed =
        Jars.requireGood(
            Jars.run(folder, "embedded", "clean", "--input=" + input, "--lake=" + lake));
    assertThat(printed).isEqualTo(Outcome.books(expected));
    Jars.cleanDirectly(folder, input, folder.resolve("direct"));
    assertThat(Outcome.digests(lake)).isEqualTo(Outcome.digests(folder.resolve("direct")));
  }

  @Test
  void saysThatThereIsNoCluster() throws IOException {
    Path input = folder.resolve("input");
    Outcome.generate(input, new PostGenerator(1, 1), new LinesLayout());
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String said =
        Jars.requireExit(
            1,
            Jars.run(
                folder,
                "nowhere",
                "clean",
                "--input=" + input,
                "--lake=" + folder.resolve("lake"),
                "--sparkMaster=spark://127.0.0.1:" + port));
    assertThat(said)
        .contains(
            "No Spark master answers at spark://127.0.0.1:" + port, "refused", "--sparkMaster=")
        .hasLineCount(1);
    assertThat(folder.resolve("lake/silver")).doesNotExist();
  }
}
