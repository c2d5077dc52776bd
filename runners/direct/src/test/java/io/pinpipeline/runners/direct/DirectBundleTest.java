package io.pinpipeline.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.local.LocalProcess;
import io.pinpipeline.pipelines.cli.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle as users run it. */
class DirectBundleTest {

  @TempDir Path folder;

  @Test
  void cleansLikeTheClassesItIsMadeOf() throws Exception {
    Path input = folder.resolve("input");
    Expected expected = Outcome.generate(input, new PostGenerator(1, 2000), new LinesLayout());
    try (LocalProcess run =
        LocalProcess.start(
            folder,
            "run",
            Map.of(),
            List.of(
                LocalProcess.java(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("pinpipeline.bundle"),
                "clean",
                "--input=" + input,
                "--lake=" + folder.resolve("lake")))) {
      assertThat(run.await(Duration.ofMinutes(2))).as("%s", run.said()).isZero();
      assertThat(run.out()).isEqualTo(Outcome.books(expected));
    }
    Outcome.good("clean", "--input=" + input, "--lake=" + folder.resolve("classes"));
    assertThat(Outcome.digests(folder.resolve("lake")))
        .isEqualTo(Outcome.digests(folder.resolve("classes")));
  }
}
