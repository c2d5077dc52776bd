package io.pinpipeline.lake.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageTest extends StorageContract {

  @TempDir Path folder;

  @Override
  Storage storage() {
    return new LocalStorage();
  }

  @Override
  Location root() {
    return Location.ofPath(folder);
  }

  @Override
  void assertNothingLeftBehind() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("."));
    }
  }

  @Test
  void followsLinksToFilesAlone() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("file"), "content");
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.createSymbolicLink(data.resolve("to-file"), elsewhere.resolve("file"));
    Files.createSymbolicLink(data.resolve("to-folder"), elsewhere);
    Files.createSymbolicLink(data.resolve("to-nothing"), elsewhere.resolve("nothing"));
    Files.createSymbolicLink(folder.resolve("link"), data);

    assertThat(names(Location.ofPath(data))).containsExactly("data/to-file");
    assertThat(list(Location.ofPath(data)).get(0).size()).isEqualTo(7);
    assertThat(names(Location.ofPath(folder.resolve("link")))).containsExactly("link/to-file");
  }

  /** The embedded S3 server has not the order of S3 here, so the contract is silent. */
  @Test
  void listsCharactersOutsideTheBasicPlaneLast() throws Exception {
    for (String name : List.of("\uD83D\uDE00/x", "\uFF5E", "\uD83D\uDE00\uD83D\uDE00", "é")) {
      write(root().resolve("names/" + name), new byte[1]);
    }
    assertThat(list(root().resolve("names")))
        .extracting(object -> object.location().uri())
        .isSortedAccordingTo((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)))
        .hasSize(4);
  }

  @Test
  void saysThatAFileIsInTheWay() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "content");
    assertThatThrownBy(() -> write(Location.ofPath(file.resolve("below/it")), new byte[1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + file.resolve("below/it"))
        .hasMessageContaining("a file stands where a folder is needed");
  }

  @Test
  void saysThatAFolderIsInTheWay() throws Exception {
    Path below = Files.createDirectories(folder.resolve("data"));
    Files.writeString(below.resolve("file"), "content");
    assertThatThrownBy(() -> write(Location.ofPath(below), new byte[1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it is a folder, not a file");
    assertNothingLeftBehind();
  }

  @Test
  void saysThatANameIsTooLong() {
    assertThatThrownBy(() -> storage().stat(root().resolve("x".repeat(300))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("choose a shorter one");
  }

  @Test
  void saysThatLinksLeadInACircle() throws Exception {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, link);
    assertThatThrownBy(() -> storage().readAll(Location.ofPath(link)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lead in a circle");
  }

  @Test
  void refusesToGoOnAfterAFailedWrite() throws Exception {
    Path target = folder.resolve("object");
    try (StorageOutput out = storage().create(Location.ofPath(target))) {
      out.write("content".getBytes(UTF_8));
      Files.createDirectories(target.resolve("in-the-way"));
      assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
      assertThatThrownBy(out::finish).hasMessageContaining("an earlier write failed");
    }
    assertNothingLeftBehind();
  }
}
