package io.pinpipeline.lake.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** As on FAT, where Linux refuses to make hard links. */
class LocalStorageWithoutLinksTest extends StorageContract {

  @TempDir Path folder;

  @Override
  Storage storage() {
    return new LocalStorage(
        (name, existing) -> {
          throw new FileSystemException(name.toString(), null, "Operation not permitted");
        });
  }

  @Override
  Location root() {
    return Location.ofPath(folder);
  }

  @Override
  void assertNothingLeftBehind() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> hidden =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("."))
              .toList();
      assertThat(hidden).isSubsetOf(".unfinished-lock");
    }
  }
}
