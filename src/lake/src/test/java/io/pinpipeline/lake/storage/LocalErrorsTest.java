package io.pinpipeline.lake.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalErrorsTest {

  @TempDir Path folder;

  @Test
  void saysThatTheDiskIsFull() {
    assertThat(explained("No space left on device"))
        .matches(
            "(?s)cannot write .*file: the disk of .* is full \\(\\d+ of \\d+ MiB usable\\); free some"
                + " space or choose a location on another disk");
  }

  @Test
  void knowsTheErrorOfADiskThatIsReallyFull() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "only Linux has a device that is always full");
    try (OutputStream out = Files.newOutputStream(full)) {
      IOException error = catchThrowableOfType(IOException.class, () -> out.write(new byte[10]));
      assertThat(LocalErrors.explain("write", folder.resolve("file"), error))
          .hasMessageContaining("is full");
    }
  }

  @Test
  void saysWhoLacksWhichPermission() {
    assertThat(
            LocalErrors.explain(
                "read", folder.resolve("file"), new AccessDeniedException("elsewhere")))
        .hasMessageContaining("cannot read " + folder.resolve("file") + ": user ")
        .hasMessageContaining("lacks the permission; grant it");
  }

  @Test
  void saysWhichLimitIsReached() {
    assertThat(explained("Too many open files")).contains("ulimit -n");
    assertThat(explained("Disk quota exceeded")).contains("quota").contains("free some space");
    assertThat(explained("Read-only file system")).contains("mounted read-only");
  }

  @Test
  void passesOnWhatItDoesNotKnow() {
    assertThat(explained("Input/output error"))
        .isEqualTo("cannot write " + folder.resolve("file") + ": Input/output error");
  }

  @Test
  void keepsMissingFilesApart() {
    assertThat(LocalErrors.explain("read", folder, new NoSuchFileException("x")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private String explained(String reason) {
    return LocalErrors.explain(
            "write", folder.resolve("file"), new FileSystemException("other", null, reason))
        .getMessage();
  }
}
