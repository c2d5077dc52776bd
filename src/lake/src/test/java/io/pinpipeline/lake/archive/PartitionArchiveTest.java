package io.pinpipeline.lake.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.FailingStorage;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionArchiveTest {

  private static final String FOLDER = "topics/my.user/partition=3/";

  /** What the topic has, from offset 0 on; null has no record at all. */
  private static final List<String> TOPIC =
      Arrays.asList(null, "one", "{\n}", "", null, "two\n", "{\n\n}", "three", "four", "\n");

  private static final Optional<String> TOPIC_ID = Optional.of("Zm9v");

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();
  private int reads;

  private PartitionArchive archive() {
    return new PartitionArchive(Location.ofPath(folder), new TopicPartition("my.user", 3));
  }

  private final PartitionArchive.Source source =
      (range, content) -> {
        assertThat(range.topicPartition()).isEqualTo(new TopicPartition("my.user", 3));
        reads++;
        for (long offset = range.from(); offset < range.to(); offset++) {
          String value = TOPIC.get((int) offset);
          if (value != null) {
            content.add(offset, value.getBytes(ISO_8859_1));
          }
        }
      };

  private static Archived roll(
      Storage storage,
      PartitionArchive archive,
      PartitionArchive.Source source,
      Archived from,
      long to)
      throws IOException {
    ExtentContent content = new ExtentContent(false);
    source.read(new TopicRange("my.user", 3, from.to(), to), content);
    Extent extent = content.extent(from, to);
    assertThat(archive.decide(storage, extent)).isTrue();
    archive.write(storage, extent, content);
    return extent.archived();
  }

  /** The objects by name, without the log. */
  private Map<String, String> objects() throws IOException {
    Map<String, String> objects = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(FOLDER))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        objects.put(file.getFileName().toString(), Files.readString(file, ISO_8859_1));
      }
    }
    return objects;
  }

  @Test
  void namesObjectsByTheOffsetOfTheirFirstRecord() throws IOException {
    Archived begun = archive().open(storage, 0, TOPIC_ID, source);
    assertThat(begun).isEqualTo(Archived.nothing(0));
    Archived first = roll(storage, archive(), source, begun, 5);
    Archived second = roll(storage, archive(), source, first, 7);
    Archived last = roll(storage, archive(), source, second, 10);

    assertThat(objects())
        .isEqualTo(
            Map.of(
                "my.user+3+0000000001.json", "one\n",
                "my.user+3+0000000002.values", "2 3\n{\n}\n3 0\n\n",
                "my.user+3+0000000005.json", "two\n\n",
                "my.user+3+0000000006.values", "6 4\n{\n\n}\n",
                "my.user+3+0000000007.json", "three\nfour\n",
                "my.user+3+0000000009.values", "9 1\n\n\n"));
    assertThat(last).isEqualTo(new Archived(10, 8, 32, 6));
    assertThat(archive().open(storage, 4, TOPIC_ID, source)).as("opened again").isEqualTo(last);
    assertThat(archive().lastFrom(storage, 0).orElseThrow().archived()).isEqualTo(last);
    assertThat(archive().lastFrom(storage, 10)).isEmpty();
    assertThat(archive().at(storage, 5).orElseThrow().archived()).isEqualTo(second);
  }

  @Test
  void zipsAsAsked() throws IOException {
    ExtentContent content = new ExtentContent(true);
    content.add(7, "seven".getBytes(ISO_8859_1));
    content.add(8, null);
    Extent extent = content.extent(Archived.nothing(7), 9);
    archive().write(storage, extent, content);
    assertThat(objects().keySet())
        .containsExactly("my.user+3+0000000007.json.gz", "my.user+3+0000000008.values.gz");
    try (GZIPInputStream in =
        new GZIPInputStream(
            new ByteArrayInputStream(
                objects().get("my.user+3+0000000008.values.gz").getBytes(ISO_8859_1)))) {
      assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo("8 tombstone\n\n");
    }
    archive().write(storage, extent, again(true));
    assertThatThrownBy(() -> archive().write(storage, extent, again(false)))
        .hasMessageContaining("my.user+3+0000000008.values.gz holds other records");
  }

  private static ExtentContent again(boolean same) throws IOException {
    ExtentContent content = new ExtentContent(true);
    content.add(7, "seven".getBytes(ISO_8859_1));
    content.add(8, same ? null : new byte[0]);
    return content;
  }

  @Test
  void oneOfTwoThatCutDifferentlyWins() throws IOException {
    Archived begun = archive().open(storage, 0, TOPIC_ID, source);
    Archived winner = roll(storage, archive(), source, begun, 5);

    ExtentContent content = new ExtentContent(false);
    source.read(new TopicRange("my.user", 3, 0, 10), content);
    Map<String, String> before = objects();
    assertThat(archive().decide(storage, content.extent(begun, 10))).isFalse();
    assertThat(archive().at(storage, 0).orElseThrow().archived()).isEqualTo(winner);
    assertThat(objects()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void isWholeAgainWhereverItBroke(FailingStorage.Break kind) throws IOException {
    Map<String, String> quiet = null;
    int broken = 0;
    for (int write = 1; ; write++) {
      Path own = folder.resolve("at-" + write);
      PartitionArchive archive =
          new PartitionArchive(Location.ofPath(own), new TopicPartition("my.user", 3));
      FailingStorage failing = new FailingStorage(storage, write, kind);
      try {
        Archived at = archive.open(failing, 0, TOPIC_ID, source);
        at = roll(failing, archive, source, at, 7);
        roll(failing, archive, source, at, 10);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("broken by the test");
      }
      if (!failing.broke()) {
        break;
      }
      broken++;
      Archived at = archive.open(storage, 0, TOPIC_ID, source);
      if (at.to() == 0) {
        at = roll(storage, archive, source, at, 7);
      }
      if (at.to() == 7) {
        at = roll(storage, archive, source, at, 10);
      }
      assertThat(at).isEqualTo(new Archived(10, 8, 32, 4));
      Map<String, String> all = all(own);
      quiet = quiet == null ? all : quiet;
      assertThat(all).as("broken at write %d", write).isEqualTo(quiet);
    }
    // the log's beginning, and of two extents the log, the values and the lines
    assertThat(broken).isEqualTo(7);
  }

  private static Map<String, String> all(Path below) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .filter(Files::isRegularFile)
          .collect(
              Collectors.toMap(
                  file -> below.relativize(file).toString(), PartitionArchiveTest::read));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsNothingAgainWhereNothingIsMissing() throws IOException {
    Archived begun = archive().open(storage, 0, TOPIC_ID, source);
    roll(storage, archive(), source, begun, 7);
    reads = 0;
    archive().open(storage, 0, TOPIC_ID, source);
    assertThat(reads).isZero();
    Files.delete(folder.resolve(FOLDER + "my.user+3+0000000001.json"));
    archive().open(storage, 0, TOPIC_ID, source);
    assertThat(reads).isEqualTo(1);
    assertThat(objects()).containsEntry("my.user+3+0000000001.json", "one\ntwo\n\n");
  }

  @Test
  void beginsOnceForAll() throws IOException {
    assertThat(archive().open(storage, 4, TOPIC_ID, source).to()).isEqualTo(4);
    assertThat(archive().open(storage, 6, TOPIC_ID, source).to())
        .as("4 and 5 were to be archived")
        .isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesAnotherTopicOfThatNameAndReadsNothingOfIt(boolean old) throws IOException {
    Optional<String> atFirst = old ? Optional.empty() : TOPIC_ID;
    Archived begun = archive().open(storage, 0, atFirst, source);
    Archived first = roll(storage, archive(), source, begun, 7);
    assertThat(archive().open(storage, 0, TOPIC_ID, source)).as("the same").isEqualTo(first);
    Files.delete(folder.resolve(FOLDER + "my.user+3+0000000001.json"));
    Map<String, String> before = all(folder);
    reads = 0;

    assertThatThrownBy(() -> archive().open(storage, 0, Optional.of("another"), source))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The topic my.user is not the one that ")
        .hasMessageContaining("made anew")
        .hasMessageContaining("another --output");
    assertThat(reads).isZero();
    assertThat(all(folder)).isEqualTo(before);

    assertThat(archive().open(storage, 0, Optional.empty(), source))
        .as("on a cluster that gives no ids")
        .isEqualTo(first);
    assertThat(archive().open(storage, 0, TOPIC_ID, source)).isEqualTo(first);
  }

  @Test
  void refusesObjectsOfAnotherProgram() throws IOException {
    Files.createDirectories(folder.resolve(FOLDER));
    Files.writeString(folder.resolve(FOLDER + "my.user+3+0000000000.json"), "x");
    assertThatThrownBy(() -> archive().open(storage, 0, TOPIC_ID, source))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has objects and no log")
        .hasMessageContaining("my.user+3+0000000000.json")
        .hasMessageContaining("another --output");
  }

  @Test
  void saysThatItsLogIsBroken() throws IOException {
    Archived begun = archive().open(storage, 0, TOPIC_ID, source);
    roll(storage, archive(), source, begun, 7);
    Path entry = folder.resolve(FOLDER + "_log/00000000000000000000.json");
    Files.writeString(entry, "{\"from\":");
    assertThatThrownBy(() -> archive().open(storage, 0, TOPIC_ID, source))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("00000000000000000000.json is not what the archive wrote there");
  }
}
